//! The compose file, as far as that can be tried without containers: two nodes with exactly its environment, on a PostgreSQL and an S3
//! server that stand in for those that it names.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::json;
use support::clip::CLIP;
use support::maker::id;
use support::{Home, Maker, Server};

const COMPOSE: &str = include_str!("../compose.yaml");
/// What whoever starts it must set, and here is set to.
const SET: [(&str, &str); 5] = [
    ("KINORA_RELAY_ORIGIN", "https://clips.example"),
    ("KINORA_RELAY_STUDIO", "https://studio.example"),
    ("POSTGRES_PASSWORD", "a-password"),
    ("S3_ACCESS_KEY", "a-key"),
    ("S3_SECRET_KEY", "a-secret"),
];

#[test]
fn two_nodes_work_with_what_the_file_gives_them_and_keep_nothing() {
    let home = Home::shared();
    let folder = tempfile::tempdir().unwrap();
    let start = || node(&home, folder.path());
    let (one, other) = (start(), start());
    assert_eq!(one.origin, "https://clips.example");
    let clip = Maker::new().publish(&one, CLIP, &json!({}));
    let media = format!("/media/{}/clip.mp4", id(&clip));
    assert_eq!(other.get(&media).expect(200).body, CLIP);
    let link = clip["remix_link"].as_str().unwrap();
    assert!(link.starts_with("https://studio.example/r#r="), "{link}");
    // The file says `read_only: true`.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn every_setting_is_one_and_the_balancer_is_in_the_trusted_network() {
    let help = Command::new(env!("CARGO_BIN_EXE_kinora-relay"))
        .args(["serve", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let environment = environment();
    let names = environment.keys().filter(|name| name.starts_with("KINORA"));
    let unknown: Vec<_> = names
        .filter(|name| {
            !['=', ']']
                .iter()
                .any(|end| help.contains(&format!("[env: {name}{end}")))
        })
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let trusted = &environment["KINORA_RELAY_TRUSTED_PROXY"];
    assert!(COMPOSE.contains(&format!("config: [{{ subnet: {trusted} }}]")));
    let asked = [
        "health_uri /readyz",
        "reverse_proxy relay-1:8090 relay-2:8090",
    ];
    assert!(asked.iter().all(|line| COMPOSE.contains(line)));
}

/// Starts a node as the file does; only where database, bucket and port are is told anew.
fn node(home: &Home, folder: &std::path::Path) -> Server {
    let mut given = environment();
    let mut named = |name: &str, wanted: &str| {
        let found = given.remove(name);
        assert_eq!(found.as_deref(), Some(wanted), "{name}");
    };
    named("KINORA_RELAY_LISTEN", "0.0.0.0:8090");
    named(
        "KINORA_RELAY_DATABASE",
        "postgres://relay:a-password@database/relay",
    );
    named("AWS_ENDPOINT", "http://store:9000");
    named("AWS_ACCESS_KEY_ID", "a-key");
    named("AWS_SECRET_ACCESS_KEY", "a-secret");
    let mut there: BTreeMap<_, _> = home.s3().environment().into_iter().collect();
    for (name, value) in &given {
        if let Some(other) = there.remove(name.as_str()) {
            assert_eq!(*value, other, "{name}");
        }
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_kinora-relay"));
    program
        .env_clear()
        .current_dir(folder)
        .envs(given)
        .envs(there);
    program.env("KINORA_RELAY_LISTEN", "127.0.0.1:0");
    program.env("KINORA_RELAY_DATABASE", home.database().url());
    home.launch_as(&mut program)
}

/// The environment of a node, with what must be set in place of its names.
fn environment() -> BTreeMap<String, String> {
    let relay = COMPOSE.split("\nservices:").next().unwrap();
    let (_, block) = relay.split_once("\n  environment:\n").unwrap();
    let lines = block.lines().take_while(|line| line.starts_with("    "));
    let pairs = lines.filter_map(|line| line.trim().split_once(": "));
    let pairs = pairs.filter(|(name, _)| !name.starts_with('#'));
    pairs
        .map(|(name, value)| (name.to_owned(), filled(value.trim_matches('"'))))
        .collect()
}

fn filled(value: &str) -> String {
    let Some((before, rest)) = value.split_once("${") else {
        return value.to_owned();
    };
    let (inside, after) = rest.split_once('}').unwrap();
    let (name, _) = inside.split_once(":?").expect("a secret has no default");
    let set = SET.iter().find(|(known, _)| *known == name);
    format!("{before}{}{}", set.unwrap().1, filled(after))
}
