//! Reports: from the form on a clip's page to the tombstone that says why, and the log that anybody can check.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::clip::{CLIP, numbered};
use support::maker::json_request;
use support::{Answer, Home, Maker, Request, Server};

on_every_store!(
    a_report_takes_a_clip_down_and_everybody_learns_why,
    the_log_is_a_chain_without_names,
    forms_that_say_too_little_are_sent_back,
    reports_cannot_be_made_by_others_or_without_end,
);

fn form(server: &Server, id: &str, fields: &str) -> Answer {
    Request::new("POST", &format!("/c/{id}/report"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", &server.origin)
        .header("Sec-Fetch-Site", "same-origin")
        .body(fields)
        .send(&server.address)
}

fn id_of(clip: &Value) -> String {
    clip["id"].as_str().unwrap().to_owned()
}

/// A relay that runs obeys commands within seconds.
fn wait_until_gone(server: &Server, id: &str) {
    let begin = Instant::now();
    while server.get(&format!("/c/{id}")).status != 410 {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "it was never removed"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn a_report_takes_a_clip_down_and_everybody_learns_why(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let id = id_of(&maker.publish(&server, CLIP, &json!({})));
    let page = server.get(&format!("/c/{id}")).expect(200).text();
    assert!(page.contains(&format!("href=\"/c/{id}/report\"")));
    let page = server.get(&format!("/c/{id}/report")).expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
    assert!(page.text().contains("It shows somebody without consent"));

    let sent = form(
        &server,
        &id,
        "reason=likeness&details=That+is+me%0D%0Aat+home&contact=eve%40example.org",
    );
    let place = sent.expect(303).header("location").unwrap().to_owned();
    let report = place.strip_prefix("/report/").unwrap().to_owned();
    assert!(
        server
            .get(&place)
            .expect(200)
            .text()
            .contains("Your report has arrived")
    );
    let second = json_request(
        "POST",
        &format!("/api/clips/{id}/reports"),
        &json!({ "reason": "other" }),
    );
    let second = id_of(&second.send(&server.address).expect(201).json());

    let (ok, said) = home.operate("reports", &["list"]);
    assert!(
        ok && said.contains("2 reports") && said.contains("due in 47 h"),
        "{said}"
    );
    // The more urgent one stands first.
    assert!(said.find(&report).unwrap() < said.find(&second).unwrap());
    let (_, said) = home.operate("reports", &["show", &report]);
    assert!(
        said.contains("eve@example.org") && said.contains("That is me\nat home"),
        "{said}"
    );
    let (ok, said) = home.operate("reports", &["takedown", &report]);
    assert!(ok && said.contains("2 reports are closed"), "{said}");
    wait_until_gone(&server, &id);

    for path in [
        format!("/c/{id}"),
        format!("/embed/{id}"),
        format!("/c/{id}/report"),
    ] {
        let text = server.get(&path).expect(410).text();
        assert!(
            text.contains("This clip was taken down")
                && text.contains("It shows somebody without consent"),
            "{text}"
        );
    }
    for path in [
        format!("/api/clips/{id}"),
        format!("/media/{id}/clip.mp4"),
        format!("/api/clips/{id}/lineage"),
    ] {
        let problem = server.get(&path).problem(410, "taken-down").json();
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("without consent")
        );
    }
    let told = maker.delete(&server, &id).problem(410, "taken-down").json();
    assert!(told["detail"].as_str().unwrap().contains("without consent"));
    assert_eq!(home.files("blobs").len(), 0);
    for report in [&report, &second] {
        let view = server
            .get(&format!("/api/reports/{report}"))
            .expect(200)
            .json();
        assert_eq!(view["state"], "taken-down");
    }
    assert!(
        server
            .get(&place)
            .text()
            .contains("The clip was taken down")
    );
    // What was written is forgotten.
    let (_, said) = home.operate("reports", &["show", &report]);
    assert!(
        !said.contains("eve@example.org") && !said.contains("That is me"),
        "{said}"
    );
    assert!(home.operate("reports", &["list"]).1.contains("0 reports"));
    assert!(
        home.operate("reports", &["list", "--all"])
            .1
            .contains("2 reports")
    );
}

fn the_log_is_a_chain_without_names(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    assert_eq!(
        server.get("/api/transparency").expect(200).json(),
        json!({ "entries": [], "more": false })
    );
    assert!(
        server
            .get("/transparency")
            .expect(200)
            .text()
            .contains("Nothing yet")
    );
    let mut ids = Vec::new();
    for (seed, reason) in [(1, "likeness"), (2, "copyright"), (3, "deceit")] {
        let id = id_of(&maker.publish(&server, &numbered(seed), &json!({})));
        let new = json_request(
            "POST",
            &format!("/api/clips/{id}/reports"),
            &json!({ "reason": reason, "contact": "eve" }),
        );
        ids.push((id, id_of(&new.send(&server.address).expect(201).json())));
    }
    assert!(home.operate("reports", &["takedown", &ids[0].1]).0);
    assert!(home.operate("reports", &["dismiss", &ids[1].1]).0);
    assert!(
        home.operate("reports", &["takedown", "--reason", "violence", &ids[2].1])
            .0
    );
    let (ok, said) = home.operate("reports", &["dismiss", &ids[1].1]);
    assert!(!ok && said.contains("closed already"), "{said}");
    assert!(!home.operate("reports", &["dismiss", "no-such-report"]).0);
    server.get(&format!("/c/{}", ids[1].0)).expect(200);
    let closed = server
        .get(&format!("/report/{}", ids[1].1))
        .expect(200)
        .text();
    assert!(closed.contains("Your report was closed"));

    let answer = server.get("/api/transparency").expect(200);
    let entries = answer.json()["entries"].as_array().unwrap().clone();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry["action"].as_str().unwrap(),
                entry["reason"].as_str().unwrap(),
                entry["reports"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("takedown", "likeness", 1),
            ("dismissal", "copyright", 1),
            ("takedown", "violence", 1)
        ]
    );
    // Anybody can compute the chain from what is documented.
    let mut previous = "0".repeat(64);
    for (place, entry) in (1..).zip(&entries) {
        assert_eq!(
            (&entry["seq"], &entry["previous"]),
            (&json!(place), &json!(previous))
        );
        let field = |name: &str| entry[name].as_str().unwrap();
        let text = format!(
            "Kinora transparency 1\n{place}\n{}\n{}\n{}\n{}\n{previous}\n",
            field("day"),
            field("action"),
            field("reason"),
            entry["reports"]
        );
        previous = blake3::hash(text.as_bytes()).to_hex().to_string();
        assert_eq!(field("hash"), previous);
    }
    let page = server.get("/transparency").expect(200).text();
    assert!(page.contains("Clip taken down") && page.contains(&previous[..12]));
    for (clip, report) in &ids {
        assert!(
            !page.contains(clip)
                && !answer.text().contains(clip)
                && !answer.text().contains(report)
        );
    }
    assert!(!answer.text().contains("eve"));
    let part = server.get("/api/transparency?after=2").expect(200).json();
    assert_eq!(part["entries"], json!([entries[2]]));
    server
        .get("/api/transparency?after=x")
        .problem(400, "bad-request");
    let (ok, said) = home.operate("reports", &["verify"]);
    assert!(
        ok && said.contains("3 entries, whole") && said.contains(&previous),
        "{said}"
    );
}

fn forms_that_say_too_little_are_sent_back(home: &Home) {
    let server = home.start();
    let id = id_of(&Maker::new().publish(&server, CLIP, &json!({})));
    for fields in [
        "",
        "reason=",
        "reason=taste",
        "details=x",
        "reason=other&reason=other",
        "%ff",
        "reason=other&more=1",
    ] {
        let page = form(&server, &id, fields).expect(400);
        assert!(
            page.text().contains("Choose a reason"),
            "{fields}: {}",
            page.text()
        );
    }
    let long = format!("reason=other&details={}", "x".repeat(40_000));
    assert!((400..500).contains(&form(&server, &id, &long).status));
    // A browser sends fields that stayed empty.
    form(&server, &id, "reason=other&details=&contact=").expect(303);
    form(&server, "0000000000000000", "reason=other").expect(404);
    assert!(home.operate("reports", &["list"]).1.contains("1 reports"));
}

fn reports_cannot_be_made_by_others_or_without_end(home: &Home) {
    let server = home.start_with(&["--reports-per-hour", "3"]);
    let id = Maker::new().publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/clips/{id}/reports");
    let report = |change: Value| json_request("POST", &path, &change);
    let good = json!({ "reason": "other" });
    for (name, value) in [
        ("Origin", "https://elsewhere.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        report(good.clone())
            .header(name, value)
            .send(&server.address)
            .problem(403, "elsewhere");
        let form = Request::new("POST", &format!("/c/{id}/report"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body("reason=other");
        form.send(&server.address).expect(403);
    }
    for (wrong, kind, status) in [
        (json!({ "reason": "taste" }), "bad-json", 422),
        (json!({}), "bad-json", 422),
        (json!({ "reason": "other", "clip": id }), "bad-json", 422),
        (
            json!({ "reason": "other", "details": "x".repeat(2001) }),
            "bad-request",
            400,
        ),
        (
            json!({ "reason": "other", "details": "\u{1b}[2J" }),
            "bad-request",
            400,
        ),
        (
            json!({ "reason": "other", "contact": "x".repeat(201) }),
            "bad-request",
            400,
        ),
    ] {
        report(wrong).send(&server.address).problem(status, kind);
    }
    Request::new("POST", &path)
        .header("Content-Type", "text/plain")
        .body(good.to_string())
        .send(&server.address)
        .problem(415, "media-type");
    let nowhere = path.replace(&id, "0000000000000000");
    json_request("POST", &nowhere, &good)
        .send(&server.address)
        .problem(404, "not-found");
    assert!(home.operate("reports", &["list"]).1.contains("0 reports"));
    for _ in 0..3 {
        report(good.clone()).send(&server.address).expect(201);
    }
    report(good)
        .send(&server.address)
        .problem(429, "too-many-requests");
    assert!(home.operate("reports", &["list"]).1.contains("3 reports"));
    server
        .get("/api/reports/0000000000000000")
        .problem(404, "not-found");
    server.get("/report/..%2f..%2f").expect(404);
}
