//! Remixes: where a clip comes from, what changed, and who may know.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use serde_json::json;
use support::clip::{CLIP, numbered, remix};
use support::{Home, Maker};

on_every_store!(
    lineage_shows_what_changed_and_survives_removal,
    a_clip_behind_a_link_is_found_through_nobody,
);

fn lineage_shows_what_changed_and_survives_removal(home: &Home) {
    let server = home.start();
    let (maker, other) = (Maker::new(), Maker::new());
    let parent = maker.publish(&server, CLIP, &json!({ "title": "Parent", "maker": "Ada" }));
    let parent_id = parent["id"].as_str().unwrap();
    let file = remix(CLIP, Some(parent_id), "a blue ball rolls");
    let child = other.publish(&server, &file, &json!({ "title": "Child" }));
    let child_id = child["id"].as_str().unwrap();
    let grandchild = other.publish(
        &server,
        &remix(&file, None, "a green ball rolls"),
        &json!({ "title": "Grandchild" }),
    );

    let lineage = server
        .get(&format!("/api/clips/{child_id}/lineage"))
        .expect(200)
        .json();
    let titles: Vec<_> = lineage["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            (
                node["generation"].as_i64().unwrap(),
                node["title"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(titles, [(0, "Child"), (-1, "Parent"), (1, "Grandchild")]);
    let change = &lineage["nodes"][0]["parents"][0]["changes"];
    assert_eq!(
        change,
        &json!([{ "field": "prompt", "before": "a red rubber ball bounces on a wooden floor, cinematic", "after": "a blue ball rolls" }])
    );
    let page = server.get(&format!("/c/{child_id}")).expect(200).text();
    assert!(
        page.contains("a blue ball rolls") && page.contains("Grandchild") && page.contains("Ada")
    );

    maker
        .ask(
            &server,
            "PATCH",
            &format!("/api/clips/{parent_id}"),
            &json!({ "remix": false }),
        )
        .expect(200);
    let refused = other
        .try_publish(&server, &remix(CLIP, Some(parent_id), "a cube"), &json!({}))
        .unwrap();
    refused.problem(403, "remix-forbidden");
    let hidden = other
        .try_publish(&server, &remix(CLIP, None, "a cube"), &json!({}))
        .unwrap();
    hidden.problem(403, "remix-forbidden");
    maker.publish(
        &server,
        &remix(CLIP, Some(parent_id), "my own cube"),
        &json!({}),
    );
    let wrong = other
        .try_publish(
            &server,
            &remix(&numbered(9), Some(parent_id), "a cube"),
            &json!({}),
        )
        .unwrap();
    wrong.problem(422, "parent-mismatch");

    maker.delete(&server, parent_id).expect(204);
    let lineage = server
        .get(&format!("/api/clips/{child_id}/lineage"))
        .expect(200)
        .json();
    assert_eq!(
        lineage["nodes"][1],
        json!({ "generation": -1, "state": "removed", "parents": [] })
    );
    let page = server.get(&format!("/c/{child_id}")).expect(200).text();
    assert!(page.contains("A clip that was removed") && !page.contains("Ada"));
    server
        .get(&format!("/c/{}", grandchild["id"].as_str().unwrap()))
        .expect(200);
}

fn a_clip_behind_a_link_is_found_through_nobody(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let parent = maker.publish(
        &server,
        CLIP,
        &json!({ "visibility": "link", "title": "Secret parent" }),
    );
    let (parent_id, file) = (parent["id"].as_str().unwrap(), numbered(5));
    let open = maker.publish(
        &server,
        &remix(CLIP, Some(parent_id), "open"),
        &json!({ "title": "Open" }),
    );
    let base = maker.publish(&server, &file, &json!({ "title": "Base" }));
    let base_id = base["id"].as_str().unwrap();
    maker.publish(
        &server,
        &remix(&file, Some(base_id), "secret"),
        &json!({ "visibility": "link", "title": "Secret child" }),
    );
    for id in [open["id"].as_str().unwrap(), base_id] {
        for path in [
            format!("/c/{id}"),
            format!("/api/clips/{id}/lineage"),
            "/".to_owned(),
            "/api/clips".to_owned(),
        ] {
            let told = server.get(&path).expect(200).text();
            assert!(
                !told.contains("Secret") && !told.contains(&format!("/c/{parent_id}")),
                "{path}: {told}"
            );
        }
    }
    assert!(
        server
            .get(&format!("/c/{parent_id}"))
            .expect(200)
            .text()
            .contains("noindex")
    );
}
