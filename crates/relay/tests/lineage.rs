//! Remixes: where a clip comes from, what changed, and who may know.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use kinora_contract::{PictureUse, Source, SourceRole};
use serde_json::{Value, json};
use support::clip::{CLIP, numbered, recipe, remix, with_recipe};
use support::maker::id;
use support::{Home, Maker, Server};

on_every_store!(
    lineage_shows_what_changed_and_survives_removal,
    a_clip_behind_a_link_is_found_through_nobody,
    a_maker_decides_whether_remixes_stand,
    no_face_is_shared_without_a_grant,
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

/// Everything that shows a clip shows it, or says that its ancestor's maker hides it.
fn stands(server: &Server, clip: &Value, stands: bool) {
    let id = id(clip);
    let paths = [
        "/api/clips/ID",
        "/media/ID/clip.mp4",
        "/api/clips/ID/lineage",
    ];
    for path in paths.map(|path| path.replace("ID", id)) {
        let answer = server.get(&path);
        if stands {
            answer.expect(200);
        } else {
            answer.problem(404, "remix-hidden");
        }
    }
    for path in [format!("/c/{id}"), format!("/embed/{id}")] {
        let page = server.get(&path).expect(if stands { 200 } else { 404 });
        assert_ne!(stands, page.text().contains("lets no remixes"), "{path}");
    }
    let listed = server.get("/api/clips").expect(200).text();
    assert_eq!(listed.contains(id), stands);
}

fn a_maker_decides_whether_remixes_stand(home: &Home) {
    let server = home.start();
    let (ada, bo, cy) = (Maker::new(), Maker::new(), Maker::new());
    let named = |title: &str| json!({ "title": title });
    let parent = ada.publish(&server, CLIP, &named("Parent"));
    let child_file = remix(CLIP, Some(id(&parent)), "a blue ball");
    let child = bo.publish(&server, &child_file, &named("Child"));
    let grandchild_file = remix(&child_file, Some(id(&child)), "a green ball");
    let grandchild = cy.publish(&server, &grandchild_file, &named("Grandchild"));
    let own_file = remix(CLIP, Some(id(&parent)), "a pink ball");
    let own = ada.publish(&server, &own_file, &named("Own"));
    let path = format!("/api/clips/{}", id(&parent));
    let wish = |remix: Value| {
        let told = ada.ask(&server, "PATCH", &path, &json!({ "remix": remix }));
        assert_eq!(told.expect(200).json()["remix"], remix);
    };

    wish(json!("hidden"));
    stands(&server, &child, false);
    stands(&server, &grandchild, false);
    for clip in [&parent, &own] {
        stands(&server, clip, true);
    }
    let page = server.get(&format!("/c/{}", id(&parent))).expect(200);
    assert!(page.text().contains("Own") && !page.text().contains("Child"));
    // Nobody can build on what does not stand, and its maker is told why it cannot be seen.
    let later = remix(&grandchild_file, Some(id(&grandchild)), "a black ball");
    let later = cy.try_publish(&server, &later, &json!({})).unwrap();
    later.problem(403, "remix-forbidden");
    let told = bo.ask(
        &server,
        "PATCH",
        &format!("/api/clips/{}", id(&child)),
        &json!({ "title": "Renamed" }),
    );
    assert_eq!(told.expect(200).json()["stands"], false);

    wish(json!("closed"));
    for clip in [&child, &grandchild, &own] {
        stands(&server, clip, true);
    }
    let new = remix(CLIP, Some(id(&parent)), "a grey ball");
    let refused = bo.try_publish(&server, &new, &json!({})).unwrap();
    refused.problem(403, "remix-forbidden");

    // The wish outlives the clip. Without it, deleting hides nothing.
    wish(json!("hidden"));
    ada.delete(&server, id(&parent)).expect(204);
    stands(&server, &child, false);
    stands(&server, &grandchild, false);
    stands(&server, &own, true);
    let refused = bo.try_publish(&server, &new, &json!({})).unwrap();
    refused.problem(403, "remix-forbidden");
    bo.delete(&server, id(&child)).expect(204);
    server.get(&format!("/c/{}", id(&child))).expect(410);
}

fn no_face_is_shared_without_a_grant(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let with = |source| {
        let mut recipe = recipe();
        recipe.sources = vec![source];
        recipe
    };
    let picture = |used| with(Source::of_picture(used, b"a picture".to_vec()));
    let face = picture(PictureUse::Head);
    let remix = with(Source::of_clip(SourceRole::Remix, face.hash(), &face));
    for recipe in [face, remix] {
        let refused = maker.try_publish(&server, &with_recipe(&recipe), &json!({}));
        refused.unwrap().problem(403, "no-grant");
    }
    maker.publish(
        &server,
        &with_recipe(&picture(PictureUse::Place)),
        &json!({}),
    );
}
