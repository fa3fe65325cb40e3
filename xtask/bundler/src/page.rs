//! The page: replaces its directives by the elements that load what they name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::Options;
use crate::asset::{hashed_name, integrity, minify};
use crate::directive::{self, Directive};
use crate::program::{self, Files, Program};

/// The page that recipe links lead to: a copy of the first, so that no host needs a rewriting rule.
const COPY: &str = "r/index.html";

/// Writes the site into `options.out`.
pub fn bundle(options: &Options) -> Result<()> {
    let source = fs::read_to_string(&options.page)
        .with_context(|| format!("cannot read {}", options.page.display()))?;
    let dir = options.page.parent().unwrap_or(Path::new("."));
    let directives = directive::parse(&source)?;
    let is_program = |directive: &&Directive| directive.get("rel") == Some("rust");
    let programs = directives.iter().filter(is_program);
    let programs: Vec<_> = programs
        .map(|directive| Program::new(directive, dir))
        .collect::<Result<_>>()?;
    compile(&programs, options)?;
    let mut html = String::new();
    let mut preloads = String::new();
    let mut written = 0;
    for directive in &directives {
        html.push_str(&source[written..directive.range.start]);
        html.push_str(&element(directive, dir, options, &mut preloads)?);
        written = directive.range.end;
    }
    html.push_str(&source[written..]);
    let html = html.replacen("<base data-trunk-public-url>", "<base href=\"/\">", 1);
    let (head, body) = html
        .split_once("</head>")
        .context("the page has no </head>")?;
    let html = compact(&format!("{head}{preloads}</head>{body}"));
    fs::write(options.out.join("index.html"), &html)?;
    fs::create_dir_all(options.out.join("r"))?;
    fs::write(options.out.join(COPY), &html)?;
    Ok(())
}

/// Compiles all programs at once for a quick build, and each with its own features where size matters.
fn compile(programs: &[Program], options: &Options) -> Result<()> {
    let programs: Vec<_> = programs.iter().collect();
    if programs.is_empty() {
        return Ok(());
    }
    if options.optimisers.is_none() {
        return program::compile(&programs, options);
    }
    programs
        .chunks(1)
        .try_for_each(|one| program::compile(one, options))
}

/// Builds the files of a directive. Returns the element that replaces it; `preloads` collects elements for the end of the head.
fn element(
    directive: &Directive,
    dir: &Path,
    options: &Options,
    preloads: &mut String,
) -> Result<String> {
    match directive.require("rel")? {
        "css" => {
            let (name, integrity) = copy(directive, dir, options, true)?;
            Ok(format!(
                "<link rel=\"stylesheet\" href=\"/{name}\" integrity=\"{integrity}\">"
            ))
        }
        "icon" => {
            let (name, integrity) = copy(directive, dir, options, false)?;
            Ok(format!(
                "<link rel=\"icon\" href=\"/{name}\" integrity=\"{integrity}\">"
            ))
        }
        "copy-dir" => {
            let from = dir.join(directive.require("href")?);
            let to = directive.require("data-target-path")?;
            copy_dir(&from, &options.out.join(to))?;
            Ok(String::new())
        }
        "rust" => {
            let program = Program::new(directive, dir)?;
            let files = program.bundle(options)?;
            if program.worker {
                return Ok(String::new());
            }
            preloads.push_str(&preload(&files, &options.out)?);
            Ok(start(&files))
        }
        other => bail!("no rule for `rel=\"{other}\"`"),
    }
}

/// Copies a file under a name with its hash. Returns the name and the integrity value.
fn copy(
    directive: &Directive,
    dir: &Path,
    options: &Options,
    code: bool,
) -> Result<(String, String)> {
    let from = dir.join(directive.require("href")?);
    let unnamed = options.out.join(
        from.file_name()
            .with_context(|| format!("{} is no file", from.display()))?,
    );
    fs::copy(&from, &unnamed).with_context(|| format!("cannot copy {}", from.display()))?;
    if let Some(optimisers) = options.optimisers.as_ref().filter(|_| code) {
        minify(optimisers, &unnamed)?;
    }
    let contents = fs::read(&unnamed)?;
    let name = hashed_name(&from, &contents)?;
    fs::rename(&unnamed, options.out.join(&name))?;
    Ok((name, integrity(&contents)))
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

/// Elements that fetch a program early and check it.
fn preload(files: &Files, out: &Path) -> Result<String> {
    let (js, wasm) = (&files.js, &files.wasm);
    let digest = |name: &str| fs::read(out.join(name)).map(|contents| integrity(&contents));
    Ok(format!(
        "<link rel=\"modulepreload\" href=\"/{js}\" crossorigin=\"anonymous\" integrity=\"{}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" crossorigin=\"anonymous\" integrity=\"{}\" as=\"fetch\" type=\"application/wasm\">\n",
        digest(js)?,
        digest(wasm)?,
    ))
}

/// The script that starts a program.
fn start(files: &Files) -> String {
    let (js, wasm) = (&files.js, &files.wasm);
    format!(
        "<script type=\"module\">import init from '/{js}';await init({{ module_or_path: '/{wasm}' }});</script>"
    )
}

/// Drops comment lines and indentation.
fn compact(html: &str) -> String {
    let lines = html.lines().map(str::trim);
    let kept = lines.filter(|line| !(line.is_empty() || is_comment(line)));
    kept.map(|line| format!("{line}\n")).collect()
}

/// Whether a line is an HTML comment and nothing else.
fn is_comment(line: &str) -> bool {
    line.starts_with("<!--") && line.ends_with("-->")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page without programs, bundled into a directory of its own.
    fn bundled(name: &str, page: &str) -> (std::path::PathBuf, Result<()>) {
        let root =
            std::env::temp_dir().join(format!("kinora-bundler-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let (source, out) = (root.join("www"), root.join("out"));
        fs::create_dir_all(source.join("models/deep")).unwrap();
        fs::create_dir_all(&out).unwrap();
        fs::write(source.join("index.html"), page).unwrap();
        fs::write(source.join("base.css"), "p { color: red }").unwrap();
        fs::write(source.join("models/deep/weights"), [0, 1]).unwrap();
        let options = Options {
            page: source.join("index.html"),
            profile: "quick".into(),
            target_dir: root.join("target"),
            out: out.clone(),
            optimisers: None,
        };
        (out, bundle(&options))
    }

    #[test]
    fn directives_become_elements_and_files() {
        let (out, done) = bundled(
            "files",
            "<head>\n  <base data-trunk-public-url>\n  <!-- gone -->\n  <link data-trunk rel=\"css\" href=\"base.css\">\n\
             <link data-trunk rel=\"copy-dir\" href=\"models\" data-target-path=\"models/a\">\n</head><p>text</p>\n",
        );
        done.unwrap();
        let html = fs::read_to_string(out.join("index.html")).unwrap();
        let css = hashed_name(Path::new("base.css"), b"p { color: red }").unwrap();
        let digest = integrity(b"p { color: red }");
        assert_eq!(
            html,
            format!(
                "<head>\n<base href=\"/\">\n<link rel=\"stylesheet\" href=\"/{css}\" integrity=\"{digest}\">\n</head><p>text</p>\n"
            )
        );
        assert_eq!(fs::read_to_string(out.join(COPY)).unwrap(), html);
        assert_eq!(fs::read(out.join(css)).unwrap(), b"p { color: red }");
        assert_eq!(fs::read(out.join("models/a/deep/weights")).unwrap(), [0, 1]);
        fs::remove_dir_all(out.parent().unwrap()).unwrap();
    }

    #[test]
    fn an_unknown_directive_is_an_error() {
        let (out, done) = bundled("unknown", "<head><link data-trunk rel=\"sass\"></head>");
        assert!(done.unwrap_err().to_string().contains("sass"));
        fs::remove_dir_all(out.parent().unwrap()).unwrap();
    }
}
