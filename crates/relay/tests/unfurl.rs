//! What those who make previews of links ask for, each by their own documents: the page of a clip gives it to them without scripts.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::collections::HashMap;

use serde_json::{Value, json};
use support::clip::{CLIP, hash};
use support::maker::id;
use support::{Home, Maker, Request, Server};

const ORIGIN: &str = "https://clips.example";
const MEDIA: &str = "https://media.example";
const TITLE: &str = "Ada's \"red\" ball & <b>others</b> 🏀";
const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0];

on_every_store!(
    every_reader_finds_what_it_asks_for,
    without_tls_or_a_still_no_card_is_promised,
    frames_keep_to_the_size_that_is_asked_for,
    media_have_an_origin_of_their_own,
);

/// What must hold of a property's text.
#[derive(Clone, Copy, Debug)]
enum Rule {
    Is(&'static str),
    /// An absolute address with TLS that ends so.
    Address(&'static str),
    Number,
    Something,
}
use Rule::{Address, Is, Number, Something};

/// Who reads, where that is documented, and what.
const READERS: &[(&str, &[(&str, Rule)])] = &[
    (
        "Open Graph, ogp.me",
        &[
            ("og:title", Is(TITLE)),
            ("og:type", Is("video.other")),
            ("og:image", Address("/poster")),
            ("og:url", Address("")),
            ("og:site_name", Something),
            ("og:description", Something),
            ("og:video", Address("/clip.mp4")),
            ("og:video:secure_url", Address("/clip.mp4")),
            ("og:video:type", Is("video/mp4")),
            ("og:video:width", Is("128")),
            ("og:video:height", Is("128")),
        ],
    ),
    (
        "Discord, developers/link-previews",
        &[
            ("og:type", Is("video.other")),
            ("og:video", Address(".mp4")),
            ("og:image", Address("")),
        ],
    ),
    (
        "X, cards/player-card",
        &[
            ("twitter:card", Is("player")),
            ("twitter:title", Is(TITLE)),
            ("twitter:description", Something),
            ("twitter:image", Address("")),
            ("twitter:player", Address("")),
            ("twitter:player:width", Number),
            ("twitter:player:height", Number),
        ],
    ),
    (
        "Facebook, sharing/webmasters",
        &[
            ("og:url", Address("")),
            ("og:title", Is(TITLE)),
            ("og:description", Something),
            ("og:image", Address("")),
            ("og:image:width", Number),
            ("og:image:height", Number),
            ("og:image:alt", Something),
        ],
    ),
    (
        "Telegram, as measured",
        &[
            ("og:video", Address(".mp4")),
            ("og:video:width", Number),
            ("og:video:height", Number),
        ],
    ),
    (
        "LinkedIn, answers 46687",
        &[
            ("og:title", Is(TITLE)),
            ("og:image", Address("")),
            ("og:description", Something),
            ("og:url", Address("")),
        ],
    ),
    (
        "search engines",
        &[("description", Something), ("robots", Is("noindex"))],
    ),
];

fn published(server: &Server, change: &Value) -> String {
    id(&Maker::new().publish(server, CLIP, change)).to_owned()
}

fn with_still(server: &Server) -> String {
    let maker = Maker::new();
    let still = json!({ "upload": maker.upload(server, PNG), "blake3": hash(PNG) });
    let wish = json!({ "title": TITLE, "poster": still, "maker": "Ada", "visibility": "link" });
    id(&maker.publish(server, CLIP, &wish)).to_owned()
}

fn with_tls(home: &Home) -> Server {
    home.start_with(&["--origin", ORIGIN, "--media-origin", MEDIA])
}

fn every_reader_finds_what_it_asks_for(home: &Home) {
    let server = with_tls(home);
    let id = with_still(&server);
    // One request, no redirect, whoever asks.
    let ask = Request::new("GET", &format!("/c/{id}")).header("User-Agent", "Discordbot/2.0");
    let page = ask.send(&server.address).expect(200).text();
    let head = page.split("</head>").next().unwrap();
    assert!(head.len() < 16 * 1024, "some read only the beginning");
    let found = properties(head);
    for (reader, rules) in READERS {
        for (name, rule) in *rules {
            let texts = found
                .get(*name)
                .unwrap_or_else(|| panic!("{reader}: no {name}"));
            let [text] = texts.as_slice() else {
                panic!("{reader}: {name} more than once: {texts:?}");
            };
            assert!(
                holds(*rule, text),
                "{reader}: {name} is {text}, not {rule:?}"
            );
        }
    }
    let told = oembed(&server, head, "");
    assert_eq!(told["title"], TITLE);
    assert_eq!(told["author_name"], "Ada");
    let frame = attributes(told["html"].as_str().unwrap(), "iframe").remove(0);
    assert_eq!(frame["src"], format!("{ORIGIN}/embed/{id}"));
    assert_eq!(frame["title"], TITLE);

    let script = "<script type=\"application/ld+json\">";
    let data = head
        .split(script)
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    // What Google asks of a VideoObject, and what it recommends.
    for name in [
        "name",
        "thumbnailUrl",
        "uploadDate",
        "contentUrl",
        "description",
        "duration",
        "embedUrl",
    ] {
        assert!(!data[name].is_null(), "{name}: {data}");
    }
    assert_eq!(
        (&data["@type"], &data["name"]),
        (&json!("VideoObject"), &json!(TITLE))
    );
}

fn without_tls_or_a_still_no_card_is_promised(home: &Home) {
    let server = home.start();
    let id = with_still(&server);
    let plain = properties(&server.get(&format!("/c/{id}")).expect(200).text());
    assert_eq!(plain["twitter:card"], ["summary"]);
    assert!(!plain.contains_key("twitter:player") && !plain.contains_key("og:video:secure_url"));
    drop(server);
    let server = with_tls(home);
    let id = published(&server, &json!({}));
    let bare = properties(&server.get(&format!("/c/{id}")).expect(200).text());
    assert_eq!(bare["twitter:card"], ["summary"]);
    assert!(!bare.contains_key("og:image") && !bare.contains_key("robots"));
}

fn frames_keep_to_the_size_that_is_asked_for(home: &Home) {
    let server = with_tls(home);
    let id = with_still(&server);
    let page = server.get(&format!("/c/{id}")).expect(200).text();
    let told = oembed(&server, &page, "");
    assert_eq!(
        (told["width"].as_u64(), told["height"].as_u64()),
        (Some(480), Some(520))
    );
    for (width, height) in [(200, 4000), (4000, 120), (60, 60), (1, 41)] {
        let told = oembed(
            &server,
            &page,
            &format!("&maxwidth={width}&maxheight={height}"),
        );
        let size = (
            told["width"].as_u64().unwrap(),
            told["height"].as_u64().unwrap(),
        );
        assert!(
            size.0 <= width && size.1 <= height && size.0 > 0,
            "{size:?} in {width}×{height}"
        );
    }
    server
        .get("/oembed?url=x&maxwidth=wide")
        .problem(400, "bad-request");
    let xml = format!("/oembed?format=xml&url={ORIGIN}/c/{id}");
    server.get(&xml).problem(400, "bad-request");
}

fn media_have_an_origin_of_their_own(home: &Home) {
    let server = with_tls(home);
    let id = with_still(&server);
    let ask = |host: &str, path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = server.raw(request.as_bytes());
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    let (page, still) = (format!("/c/{id}"), format!("/media/{id}/poster"));
    assert_eq!(
        (ask("clips.example", &page), ask("media.example", &page)),
        (200, 404)
    );
    assert_eq!(
        (ask("clips.example", &still), ask("media.example", &still)),
        (404, 200)
    );
    assert_eq!(
        (
            ask("clips.example", "/readyz"),
            ask("media.example", "/readyz")
        ),
        (200, 200)
    );
}

/// What the page's link for oEmbed leads to.
fn oembed(server: &Server, html: &str, more: &str) -> Value {
    let links = attributes(html, "link");
    let kind = "application/json+oembed";
    let link = links
        .iter()
        .find(|link| link.get("type").is_some_and(|found| found == kind));
    let path = link.unwrap()["href"].strip_prefix(ORIGIN).unwrap();
    let told = server.get(&format!("{path}{more}")).expect(200).json();
    assert_eq!(
        (&told["type"], &told["version"]),
        (&json!("video"), &json!("1.0"))
    );
    told
}

fn holds(rule: Rule, text: &str) -> bool {
    match rule {
        Is(wanted) => text == wanted,
        Address(end) => text.starts_with("https://") && text.ends_with(end),
        Number => text.parse::<u32>().is_ok_and(|number| number > 0),
        Something => !text.trim().is_empty(),
    }
}

/// Every `meta` with a name or a property, and its texts.
fn properties(html: &str) -> HashMap<String, Vec<String>> {
    let mut found = HashMap::<String, Vec<String>>::new();
    for mut meta in attributes(html, "meta") {
        if let Some(name) = meta.remove("property").or_else(|| meta.remove("name")) {
            found
                .entry(name)
                .or_default()
                .push(meta.remove("content").unwrap());
        }
    }
    found
}

/// The attributes of every element of a kind, read as a browser does, as far as our own pages need it.
fn attributes(html: &str, element: &str) -> Vec<HashMap<String, String>> {
    let start = format!("<{element} ");
    let parts = html.split(&start).skip(1);
    let read = |part: &str| {
        let mut found = HashMap::new();
        let mut rest = part;
        while let Some((name, after)) = rest.split_once("=\"") {
            let before = name.trim_start();
            if before.contains('>') {
                break;
            }
            let (value, after) = after.split_once('"').unwrap();
            found.insert(before.to_owned(), decoded(value));
            rest = after;
        }
        found
    };
    parts.map(read).collect()
}

fn decoded(text: &str) -> String {
    let text = text
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    text.replace("&#39;", "'").replace("&amp;", "&")
}
