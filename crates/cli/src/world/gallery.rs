//! `kinora world --gallery DIR`: one static page that shows and plays everything in the world.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use kinora_world::gallery::{self, Clip, Sheet};
use kinora_world::{Renderer, Scene, Shape, captions};
use rayon::prelude::*;

use super::{encode, sheets::write_png};

/// Pixels along a side of a frame.
const SIZE: usize = 128;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1640px;padding:0 1rem;background:#14151a;color:#e6e6ea}\
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}img{max-width:100%;display:block;border-radius:4px}\
nav a{margin-right:.8rem;color:#9cc4ff;display:inline-block}ul{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}\
li{width:256px}video{width:256px;height:256px;image-rendering:auto;border-radius:4px;background:#000}\
.sheet{display:flex;gap:.8rem;align-items:stretch}.sheet img{min-width:0;align-self:flex-start}\
ol{display:grid;grid-auto-rows:1fr;flex:0 0 13rem;margin:0;padding:0;list-style:none;font-size:.8rem;line-height:1.25}\
ol li{width:auto;align-self:center}p,ol{color:#b6b8c2}p{margin:.3rem 0}";

/// Writes `index.html`, a PNG per sheet and an MP4 per clip.
pub fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let (sheets, clips) = (gallery::sheets(), gallery::clips());
    sheets.par_iter().try_for_each(|sheet| {
        let picture = gallery::draw(sheet, SIZE);
        let path = folder.join(format!("{}.png", sheet.name));
        write_png(&path, picture.width, picture.height, &picture.rgb)
    })?;
    clips
        .par_iter()
        .try_for_each(|clip| write_clip(folder, clip))?;
    let path = folder.join("index.html");
    std::fs::write(&path, page(&sheets, &clips))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn write_clip(folder: &Path, clip: &Clip) -> Result<()> {
    let shape = Shape {
        width: SIZE,
        height: SIZE,
        ..Shape::DEFAULT
    };
    let scene = Scene::new(clip.spec, shape);
    let frames = scene.frames(&Renderer::new(SIZE, SIZE));
    let frames = frames.chunks_exact(SIZE * SIZE * 3);
    let mp4 = pollster::block_on(encode(shape, frames, &scene.samples()))?;
    let path = folder.join(format!("{}.mp4", clip.name));
    std::fs::write(&path, mp4).with_context(|| format!("cannot write {}", path.display()))
}

/// The page: clips first, then every sheet under its name, with the words of each row beside it.
fn page(sheets: &[Sheet], clips: &[Clip]) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kinora: the world</title><style>{STYLE}</style>\
         <h1>The world</h1><p>Everything that scenes are made of. A row of a sheet is a clip, from its first frame to its \
         last; of heads, a cell is a person.</p><nav><a href=\"#clips\">clips</a>"
    );
    // Writing to a string never fails.
    for name in sheets.iter().map(|sheet| &sheet.name) {
        let _ = write!(html, "<a href=\"#{name}\">{}</a>", name.replace('-', " "));
    }
    html.push_str("</nav><h2 id=\"clips\">Clips with sound</h2><ul>");
    for clip in clips {
        let caption = captions(&clip.spec, clip.spec.seed).swap_remove(0);
        let _ = write!(
            html,
            "<li><video src=\"{name}.mp4\" controls loop preload=\"metadata\"></video><b>{title}</b><p>{caption}</p></li>",
            name = clip.name,
            title = clip.name.replace('-', " "),
            caption = escaped(&caption),
        );
    }
    html.push_str("</ul>");
    for Sheet { name, words, .. } in sheets {
        let _ = write!(
            html,
            "<h2 id=\"{name}\">{title}</h2><div class=\"sheet\"><img src=\"{name}.png\" alt=\"{title}\" loading=\"lazy\"><ol>",
            title = name.replace('-', " ")
        );
        for row in words {
            let _ = write!(html, "<li>{}</li>", escaped(row));
        }
        html.push_str("</ol></div>");
    }
    html.push_str("</html>\n");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
