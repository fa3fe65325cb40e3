//! The player: the finished clip with its sound, what can be done with it and what it is made of.

use super::from;
use super::origin::Origin;
use super::run;
use super::sentences;
use super::share;
use super::state::{Action, Shown, Studio};
use super::web;
use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The clip in the player, if there is one.
#[component]
pub fn Player() -> impl IntoView {
    let studio = Studio::get();
    let url = Memo::new(move |_| studio.clip.with(|c| c.as_ref().map(|c| c.url.clone())));
    let video = NodeRef::<Video>::new();
    Effect::new(move |_| {
        let fresh = studio.clip.with(|c| c.as_ref().is_some_and(|c| c.fresh));
        if let Some(video) = video.get().filter(|_| fresh && !web::prefers_less_motion()) {
            studio.clip.update_untracked(|clip| {
                if let Some(clip) = clip {
                    clip.fresh = false;
                }
            });
            // A browser that forbids playing without a touch shows its play button instead.
            let _ = video.play().map(|promise| spawn_local(ignore(promise)));
        }
    });
    let label = move || {
        let prompt = studio
            .clip
            .with(|c| c.as_ref().map(|c| sentences::shortened(&c.record.prompt)));
        format!("Clip: {}", prompt.unwrap_or_default())
    };
    let track = Memo::new(move |_| {
        let captions = studio
            .clip
            .with(|c| c.as_ref().map(|c| c.record.captions.clone()));
        captions
            .filter(|captions| !captions.is_empty())
            .map(|captions| web::data_url("text/vtt", &webvtt(&captions)))
    });
    view! {
        {move || url.get().map(|url| view! {
            <video
                id="player"
                node_ref=video
                src=url
                controls
                playsinline
                preload="auto"
                tabindex="0"
                aria-label=label
            >
                {move || track.get().map(|src| view! {
                    <track kind="captions" srclang="en" label="Sounds" src=src/>
                })}
            </video>
            <span class="made-by-ai">"Made by AI"</span>
        })}
    }
}

/// What can be done with the clip in the player.
#[component]
pub fn ClipActions() -> impl IntoView {
    let studio = Studio::get();
    let busy = move || studio.phase.with(|p| p.is_busy());
    view! {
        <Show when=move || !busy()>
            {move || studio.clip.get().map(|shown| view! { <Actions shown/> })}
        </Show>
    }
}

#[component]
fn Actions(shown: Shown) -> impl IntoView {
    let studio = Studio::get();
    let record = shown.record.clone();
    let fragment = Some(&record.recipe).filter(|recipe| !recipe.is_empty());
    let link = fragment.map(|recipe| web::beside(&format!("r#{recipe}")));
    let facts = facts(&shown);
    let unkept = shown.unkept.clone();
    let sharing = studio.sharing;
    let (id, to_share) = (record.id.clone(), record.clone());
    let share_name = move || {
        if sharing.is_shared(&id) {
            "Shared"
        } else {
            "Share"
        }
    };
    let to_remix = shown.clone();
    let no_further = Memo::new({
        let record = record.clone();
        move |_| {
            studio
                .model
                .with(|model| from::no_further(&record, model.as_ref()))
        }
    });
    let go_on = {
        let shown = shown.clone();
        move |_| match no_further.get_untracked() {
            None => from::go_on(studio, shown.clone()),
            Some(why) => studio.say(format!("The clip cannot go on: {why}.")),
        }
    };
    view! {
        <div class="clip-about">
            <p class="clip-prompt" dir="auto">{sentences::shortened(&record.prompt)}</p>
            <div class="row">
                <a id="download" class="button ink" href=shown.url.clone() download=sentences::file_name(&record.prompt)>
                    "Download MP4"
                </a>
                {share::is_offered().then(|| view! {
                    <button id="share-clip" type="button" class="button second" aria-haspopup="dialog" on:click=move |_| {
                        share::open(studio, to_share.clone());
                    }>{share_name}</button>
                })}
                <button id="copy-link" type="button" class="button second" on:click=move |_| {
                    match link.clone() {
                        Some(link) => spawn_local(copy_link(studio, link)),
                        None => studio.note(NO_LINK),
                    }
                }>"Copy recipe link"</button>
            </div>
            <div class="row">
                <button id="remix" type="button" class="button second" on:click=move |_| from::remix(studio, to_remix.clone())>
                    "Remix"
                </button>
                <button
                    id="go-on"
                    type="button"
                    class="button second"
                    aria-disabled=move || no_further.get().is_some().to_string()
                    aria-describedby="no-further"
                    on:click=go_on
                >"Go on"</button>
                <p id="no-further" class="quiet">
                    {move || no_further.get().map(|why| format!("Cannot go on: {why}."))}
                </p>
            </div>
            {unkept.map(|sentence| view! { <p id="unkept" class="outcome bad">{sentence}</p> })}
            <details class="facts">
                <summary>"About this clip"</summary>
                <dl>
                    {facts.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            </details>
        </div>
    }
}

/// Does what a notice offers.
pub fn act(studio: Studio, action: Action) {
    studio.notice.set(None);
    match action {
        Action::Undo(id) => spawn_local(super::clips::undo(studio, id)),
        Action::OwnWords(words) => {
            studio.form.prompt.set(words);
            studio.form.begin_anew();
            web::focus_soon("prompt");
        }
        Action::KeepAgain => run::keep_again(studio),
        Action::Copy(link) => spawn_local(copy_link(studio, link)),
    }
}

/// Of a recipe that a link cannot hold.
const NO_LINK: &str = "The recipe of this clip is too long for a link. The downloaded file carries it: drop it on the studio to make the clip again.";

async fn copy_link(studio: Studio, link: String) {
    if web::copy(&link).await {
        studio.note("Copied. Whoever opens the link can make this clip on their own machine.");
    } else {
        studio.offer(
            format!("This browser does not let the page copy. The link is: {link}"),
            Action::Copy(link),
        );
    }
}

/// How long speech takes.
const SECONDS_PER_CHARACTER: f32 = 0.055;

/// Captions as a WebVTT file; each stands for four tenths of a second, or for as long as it takes to say it.
pub fn webvtt(captions: &[(f32, String)]) -> String {
    let time = |seconds: f32| format!("00:{:02}:{:06.3}", (seconds / 60.0) as u32, seconds % 60.0);
    let cues = captions.iter().map(|(at, words)| {
        let stands = (words.chars().count() as f32 * SECONDS_PER_CHARACTER).max(0.4);
        format!(
            "{} --> {}\n{}\n\n",
            time(*at),
            time(at + stands),
            cue(words)
        )
    });
    std::iter::once("WEBVTT\n\n".to_owned())
        .chain(cues)
        .collect()
}

/// Words as the text of a cue: no tags, no line that could end it.
fn cue(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn facts(shown: &Shown) -> Vec<(&'static str, String)> {
    let record = &shown.record;
    let recipe = kinora_contract::Recipe::from_link_fragment(&record.recipe).ok();
    let seconds = record.frames as f32 / record.fps.max(1) as f32;
    let mut facts = vec![
        (
            "Length",
            format!("{seconds:.2} s, {} frames", record.frames),
        ),
        (
            "Size",
            format!(
                "{} × {} pixels, {}",
                record.width,
                record.height,
                sentences::size(record.bytes)
            ),
        ),
        (
            "Made on",
            if record.device == "webgpu" {
                "WebGPU".to_owned()
            } else {
                "the processor".to_owned()
            },
        ),
        ("Took", format!("{:.1} s", record.took)),
        ("Coded as", record.codecs.clone()),
        ("Fingerprint", record.frames_hash.chars().take(16).collect()),
    ];
    if let Some(recipe) = recipe {
        facts.insert(0, ("Seed", recipe.seed.to_string()));
        facts.extend(made_from(&recipe));
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn made_from(recipe: &kinora_contract::Recipe) -> Option<(&'static str, String)> {
    let origin = Origin::of(recipe).filter(|origin| !origin.at_first_hand)?;
    let name = if origin.goes_on() {
        "Goes on from"
    } else {
        "A remix of"
    };
    Some((name, sentences::shortened(&origin.recipe.prompt)))
}

async fn ignore(promise: js_sys::Promise) {
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_become_webvtt() {
        let text = webvtt(&[(0.5, "[thump]".to_owned()), (61.25, "[clang]".to_owned())]);
        assert_eq!(
            text,
            "WEBVTT\n\n00:00:00.500 --> 00:00:00.900\n[thump]\n\n00:01:01.250 --> 00:01:01.650\n[clang]\n\n"
        );
        let said = webvtt(&[(0.0, "Look!\n\n<i>That</i> is --> it".to_owned())]);
        assert!(
            said.ends_with("\nLook! &lt;i&gt;That&lt;/i&gt; is --&gt; it\n\n"),
            "{said}"
        );
    }
}
