//! Recipe → clip: source, conditioning, denoising, decoding and sound.

use kinora_contract::Recipe;
use kinora_contract::event::{Event, Stage, Summary};
use kinora_engine::Cancel;
use kinora_model::{
    Conditioning, GenerateError, Run, Runtime, Session, StepOutcome, VideoModel, Work,
};
use kinora_sound::SAMPLE_RATE;

use crate::lineage;
use crate::speech_track::{self, SpeechTrack};

/// Generates the clip of a recipe. All results are reported through `events`; the last one is [`Event::Done`].
///
/// The same recipe on the same executor gives the same bytes. Cancellation is answered between two dispatches.
pub async fn generate<M: VideoModel>(
    model: &M,
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<Summary, GenerateError> {
    let generated = generate_run(model, recipe, runtime, events, cancel).await;
    generated.map(|(summary, _)| summary)
}

/// [`generate`] that also returns the finished run, with its latents.
pub async fn generate_run<M: VideoModel>(
    model: &M,
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<(Summary, M::Run), GenerateError> {
    model.check(recipe)?;
    let mut session = Session::new(runtime, events, cancel);
    let speech = SpeechTrack::of(recipe)?;
    session.report_fallback();
    session
        .retry(async |session| model.load(session, recipe).await)
        .await?;
    let mut run = sample(model, &mut session, recipe, &speech, 0).await?;
    let summary = render(&mut session, recipe, &mut run, &speech).await?;
    Ok((summary, run))
}

/// Decodes the latents of a run without speech: frames and sound as [`generate`] reports them.
pub async fn decode_run<R: Run>(
    run: &mut R,
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<Summary, GenerateError> {
    let mut session = Session::new(runtime, events, cancel);
    render(&mut session, recipe, run, &SpeechTrack::silent()).await
}

/// Latents → frames and sound.
async fn render<R: Run>(
    session: &mut Session<'_>,
    recipe: &Recipe,
    run: &mut R,
    speech: &SpeechTrack,
) -> Result<Summary, GenerateError> {
    let frames_blake3 = decode(session, run).await?;
    add_sound(session, recipe, run.sound_tokens(), speech);
    let summary = Summary {
        frames_blake3,
        device: session.device(),
        seconds: session.finish(),
    };
    session.emit(Event::Done {
        summary: summary.clone(),
    });
    Ok(summary)
}

/// Draws the latents of a recipe, after those of its source. `depth` is the number of clips between this one and the requested one.
pub(crate) async fn sample<M: VideoModel>(
    model: &M,
    session: &mut Session<'_>,
    recipe: &Recipe,
    speech: &SpeechTrack,
    depth: usize,
) -> Result<M::Run, GenerateError> {
    let source = lineage::source(model, session, recipe, depth).await?;
    let prompt = speech_track::without_quotes(&recipe.prompt);
    let conditioning = Conditioning {
        recipe,
        prompt: &prompt,
        mouth_at: &|time_s, frame_s| speech.mouth_at(time_s, frame_s),
        source,
    };
    let mut run = model.condition(session, conditioning).await?;
    denoise(session, recipe, &mut run).await?;
    Ok(run)
}

/// Denoises every tile of a clip. A failed step is taken again on the next device.
async fn denoise<R: Run>(
    session: &mut Session<'_>,
    recipe: &Recipe,
    run: &mut R,
) -> Result<(), GenerateError> {
    session.enter(Stage::Denoise);
    let (tiles, schedule) = (run.tiles(), run.schedule());
    let total = (schedule.len() * tiles.len()) as u32;
    let mut done = 0;
    for tile in tiles {
        run.begin_tile(tile);
        session
            .retry(async |session| run.upload(session).await)
            .await?;
        for &step in &schedule {
            let outcome = loop {
                session.eta.start();
                match run.step(session, step).await {
                    Ok(outcome) => break outcome,
                    Err(error) => {
                        session.recover(error).await?;
                        session
                            .retry(async |session| run.upload(session).await)
                            .await?;
                    }
                }
            };
            done += 1;
            report_step(session, recipe, (done, total), outcome);
        }
        run.end_tile();
    }
    Ok(())
}

fn report_step(
    session: &mut Session<'_>,
    recipe: &Recipe,
    (index, total): (u32, u32),
    StepOutcome { preview, flops }: StepOutcome,
) {
    let seconds_left = session.eta.finish(Work::Denoise, flops);
    session.emit(Event::Step { index, total });
    session.emit(Event::Estimate { seconds_left });
    if let Some(preview) = preview {
        session.emit(Event::Preview {
            width: recipe.width,
            height: recipe.height,
            frame: preview.frame as u32,
            rgb: preview.rgb,
        });
    }
}

/// Decodes all latent frames; returns the BLAKE3 of the frames' bytes.
async fn decode<R: Run>(session: &mut Session<'_>, run: &mut R) -> Result<String, GenerateError> {
    session.enter(Stage::Decode);
    let mut hasher = blake3::Hasher::new();
    let mut index = 0;
    for latent_frame in 0..run.latent_frames() {
        session.eta.start();
        let decoded = session
            .retry(async |session| run.decode(session, latent_frame).await)
            .await?;
        for rgb in decoded.frames {
            hasher.update(&rgb);
            session.emit(Event::Frame { index, rgb });
            index += 1;
        }
        let seconds_left = session.eta.finish(Work::Decode, decoded.flops);
        session.emit(Event::Estimate { seconds_left });
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Renders the sound track: the model's sound tokens, or silence, under the speech.
fn add_sound(
    session: &mut Session<'_>,
    recipe: &Recipe,
    tokens: Option<&[f32]>,
    speech: &SpeechTrack,
) {
    session.enter(Stage::Sound);
    let mut samples = match tokens {
        Some(tokens) => {
            let track = kinora_sound::tokens::decode(tokens);
            kinora_sound::render(&track, SAMPLE_RATE)
        }
        None => vec![0.0; (recipe.seconds() * SAMPLE_RATE as f32) as usize],
    };
    let lines = speech.mix_into(&mut samples);
    if !lines.is_empty() {
        session.emit(Event::Speech { lines });
    }
    session.emit(Event::Sound {
        samples,
        sample_rate: SAMPLE_RATE,
    });
}
