//! `/c/<id>`: the clip, its story, and what makers of previews look for (Open Graph, player card, oEmbed, schema.org).

use kinora_contract::recipe::Change;
use kinora_contract::share::{
    ClipView, Lineage, LineageNode, Maker, NodeState, Remixes, Visibility,
};
use maud::{Markup, PreEscaped, html};
use serde_json::json;

use super::embed::video;
use super::{date, document, oembed};
use crate::app::Relay;
use crate::db::Clip;

/// The page.
pub fn page(relay: &Relay, clip: &Clip, view: &ClipView, lineage: &Lineage) -> Markup {
    let body = html! {
        header .top {
            a href="/" { "Kinora" }
            a href=(relay.config.studio) { "Make a clip" }
        }
        main {
            figure .screen {
                (video(clip, view))
                figcaption { span .mark { "Made by AI" } }
            }
            h1 { (view.title) }
            p .quiet { "by " (maker(&view.maker)) ", " time datetime=(date(view.published_at)) { (&date(view.published_at)[..10]) } }
            (actions(view))
            (story(clip, view))
            (tree(lineage))
            (share(view))
        }
    };
    document(&view.title, &head(relay, clip, view), "", &body)
}

/// For those who make previews. None of them runs scripts; they take the first of each.
fn head(relay: &Relay, clip: &Clip, view: &ClipView) -> Markup {
    let about = about(clip);
    let (width, height) = oembed::size(view, None, None);
    let discovery = format!("{}/oembed?format=json&url={}", relay.origin, view.page);
    html! {
        meta name="description" content=(about);
        link rel="canonical" href=(view.page);
        @if view.visibility != Visibility::Listed { meta name="robots" content="noindex"; }
        link rel="alternate" type="application/json+oembed" href=(discovery) title=(view.title);
        meta property="og:type" content="video.other";
        meta property="og:site_name" content="Kinora";
        meta property="og:title" content=(view.title);
        meta property="og:description" content=(about);
        meta property="og:url" content=(view.page);
        @if let Some(poster) = &view.poster {
            meta property="og:image" content=(poster);
            meta property="og:image:width" content=(view.width);
            meta property="og:image:height" content=(view.height);
            meta property="og:image:alt" content=(clip.recipe.prompt);
        }
        meta property="og:video" content=(view.video);
        @if relay.media_origin.is_https() { meta property="og:video:secure_url" content=(view.video); }
        meta property="og:video:type" content="video/mp4";
        meta property="og:video:width" content=(view.width);
        meta property="og:video:height" content=(view.height);
        // A player card without a picture, or not over TLS, makes readers drop the whole preview.
        @if view.poster.is_some() && relay.origin.is_https() {
            meta name="twitter:card" content="player";
            meta name="twitter:player" content=(view.embed);
            meta name="twitter:player:width" content=(width);
            meta name="twitter:player:height" content=(height);
        } @else {
            meta name="twitter:card" content="summary";
        }
        meta name="twitter:title" content=(view.title);
        meta name="twitter:description" content=(about);
        @if let Some(poster) = &view.poster { meta name="twitter:image" content=(poster); }
        script type="application/ld+json" { (PreEscaped(schema(clip, view))) }
    }
}

/// schema.org's VideoObject. The text stands in a script element, which ends at the first `</`.
fn schema(clip: &Clip, view: &ClipView) -> String {
    let mut video = json!({
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": view.title,
        "description": about(clip),
        "uploadDate": date(view.published_at),
        "duration": format!("PT{:.3}S", view.seconds),
        "contentUrl": view.video,
        "embedUrl": view.embed,
        "url": view.page,
        "width": view.width,
        "height": view.height,
        "creator": { "@type": "Person", "name": view.maker.name.as_deref().unwrap_or(&view.maker.key) },
        "creditText": "Made by AI with Kinora",
    });
    if let Some(poster) = &view.poster {
        video["thumbnailUrl"] = json!([poster]);
    }
    if let Some(licence) = view.licence.address() {
        video["license"] = json!(licence);
    }
    video.to_string().replace('<', "\\u003c")
}

fn actions(view: &ClipView) -> Markup {
    html! {
        p .row {
            @if let Some(remix) = &view.remix_link {
                a .button href=(remix) { "Remix" }
            } @else if view.remix == Remixes::Open {
                span .quiet { "Its recipe is too long for a link: save the file and drop it on the studio to remix it." }
            } @else {
                span .quiet { "Its maker does not allow remixes here." }
            }
            a href=(view.video) download { "Save the file" }
            a href={ "/c/" (view.id) "/report" } rel="nofollow" { "Report" }
        }
    }
}

fn story(clip: &Clip, view: &ClipView) -> Markup {
    let recipe = &clip.recipe;
    html! {
        h2 { "How it was made" }
        dl {
            dt { "Words" } dd { (recipe.prompt) }
            @if let Some(style) = recipe.style { dt { "Style" } dd { (style) } }
            @if let Some(camera) = recipe.camera { dt { "Camera" } dd { (camera) } }
            dt { "Model" } dd { (recipe.model.id) }
            dt { "Seed" } dd { (recipe.seed) }
            dt { "Picture" } dd { (view.width) "×" (view.height) ", " (format!("{:.2}", view.seconds)) " s" }
            dt { "Licence" } dd {
                @if let Some(address) = view.licence.address() { a href=(address) rel="license noopener" { (view.licence.words()) } }
                @else { (view.licence.words()) }
            }
        }
    }
}

/// Ancestors from the farthest on, the clip, its remixes below it.
fn tree(lineage: &Lineage) -> Markup {
    let nodes = &lineage.nodes;
    if nodes.len() < 2 {
        return html! {};
    }
    let mut ancestors: Vec<usize> = (0..nodes.len())
        .filter(|&node| nodes[node].generation < 0)
        .collect();
    ancestors.sort_by_key(|&node| nodes[node].generation);
    html! {
        h2 { "Where it comes from, and what came of it" }
        ul .tree {
            @for node in ancestors { li { (line(&nodes[node])) } }
            li { (line(&nodes[0])) (changes(&nodes[0])) (remixes(nodes, 0)) }
        }
        @if lineage.cut { p .quiet { "There is more than fits here." } }
    }
}

/// What was made from a node. Each clip stands once, below the first of its parents.
fn remixes(nodes: &[LineageNode], parent: usize) -> Markup {
    let below = |node: &LineageNode| {
        node.generation > 0 && node.parents.first().is_some_and(|edge| edge.node == parent)
    };
    let children: Vec<usize> = (0..nodes.len())
        .filter(|&node| below(&nodes[node]))
        .collect();
    html! {
        @if !children.is_empty() {
            ul {
                @for child in children { li { (line(&nodes[child])) (changes(&nodes[child])) (remixes(nodes, child)) } }
            }
        }
    }
}

fn line(node: &LineageNode) -> Markup {
    html! {
        @match (node.state, &node.id, &node.title) {
            (NodeState::Public, Some(_), Some(title)) if node.generation == 0 => span .here aria-current="page" { (title) },
            (NodeState::Public, Some(id), Some(title)) => a href={ "/c/" (id) } { (title) },
            (NodeState::Removed, ..) => span .quiet { "A clip that was removed" },
            _ => span .quiet { "A clip that is not listed" },
        }
        @if let Some(who) = &node.maker { span .quiet { " by " (maker(who)) } }
    }
}

fn changes(node: &LineageNode) -> Markup {
    let all: Vec<&Change> = node.parents.iter().flat_map(|edge| &edge.changes).collect();
    html! {
        @if !all.is_empty() {
            ul .changes aria-label="What changed" {
                @for change in all {
                    li { (change.field.replace('_', " ")) ": " (changed(change)) }
                }
            }
        }
    }
}

/// What stood before is crossed out, what stands now is marked; words that are the same at the beginning and at the end stand once.
fn changed(Change { before, after, .. }: &Change) -> Markup {
    let [old, new] = [before, after].map(|text| text.split_whitespace().collect::<Vec<_>>());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let start = same(&mut old.iter().zip(&new));
    let end = same(&mut old[start..].iter().rev().zip(new[start..].iter().rev()));
    let (gone, came) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    html! {
        @if start > 0 { (new[..start].join(" ")) " " }
        @if !gone.is_empty() { del { (gone.join(" ")) } }
        @if !gone.is_empty() && (!came.is_empty() || new.is_empty()) { " " }
        @if !came.is_empty() { ins { (came.join(" ")) } }
        @if new.is_empty() { "none" }
        @if end > 0 { " " (new[new.len() - end..].join(" ")) }
    }
}

fn share(view: &ClipView) -> Markup {
    let (width, height) = oembed::size(view, None, None);
    html! {
        h2 { "Show it elsewhere" }
        p { label for="embed" { "Copy this into a page:" } }
        textarea #embed readonly rows="6" { (oembed::frame(view, width, height)) }
    }
}

fn maker(maker: &Maker) -> Markup {
    html! {
        @if let Some(name) = &maker.name { (name) " " }
        span .quiet title="Fingerprint of the maker's device key" { "(" (&maker.key[..maker.key.len().min(8)]) ")" }
    }
}

fn about(clip: &Clip) -> String {
    let words: String = clip.recipe.prompt.chars().take(200).collect();
    format!("Made by AI with Kinora: {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let change = Change {
            field: "prompt".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        changed(&change).into_string()
    }

    #[test]
    fn only_words_that_changed_are_marked() {
        let swapped = shown("a red ball rolls", "a big blue ball rolls");
        assert_eq!(swapped, "a <del>red</del> <ins>big blue</ins> ball rolls");
        assert_eq!(shown("a a", "a a a"), "a a <ins>a</ins>");
        assert_eq!(shown("a red ball", "a ball"), "a <del>red</del> ball");
        assert_eq!(shown("", "cinematic"), "<ins>cinematic</ins>");
        assert_eq!(shown("cinematic", ""), "<del>cinematic</del> none");
        assert_eq!(shown("7", "8"), "<del>7</del> <ins>8</ins>");
    }
}
