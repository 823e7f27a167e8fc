//! Compressing static files once, at build time and at the highest level, instead of at each request.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Formats that are compressed inside: a second time only makes them larger.
const COMPRESSED: [&str; 9] = ["avif", "br", "gif", "gz", "ico", "jpg", "png", "webp", "woff2"];

/// Writes `.br` and `.gz` beside every file of the folder that gains by it.
pub(crate) fn tree(folder: &Path) -> Result<()> {
    println!("site: compressing");
    walk(folder)
}

fn walk(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path)?;
        } else if !is_compressed(&path) {
            file(&path).with_context(|| format!("cannot compress {}", path.display()))?;
        }
    }
    Ok(())
}

fn is_compressed(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|extension| COMPRESSED.contains(&extension))
}

fn file(path: &Path) -> Result<()> {
    let plain = fs::read(path)?;

    let mut gzip = GzEncoder::new(fs::File::create(beside(path, "gz"))?, Compression::best());
    gzip.write_all(&plain)?;
    gzip.finish()?;

    let mut brotli = fs::File::create(beside(path, "br"))?;
    let best = BrotliEncoderParams { quality: 11, size_hint: plain.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &best)?;
    Ok(())
}

/// `site.js` → `site.js.br`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_text_file_gets_both_forms_and_a_picture_none() {
        let folder = tempfile::tempdir().unwrap();
        let text = "moltbook ".repeat(1000);
        fs::create_dir(folder.path().join("pkg")).unwrap();
        fs::write(folder.path().join("pkg/site.css"), &text).unwrap();
        fs::write(folder.path().join("logo.png"), [0; 100]).unwrap();

        walk(folder.path()).unwrap();

        let mut unzipped = String::new();
        let gz = fs::File::open(folder.path().join("pkg/site.css.gz")).unwrap();
        flate2::read::GzDecoder::new(gz).read_to_string(&mut unzipped).unwrap();
        assert_eq!(unzipped, text);
        let mut unpacked = Vec::new();
        let mut br = fs::File::open(folder.path().join("pkg/site.css.br")).unwrap();
        brotli::BrotliDecompress(&mut br, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        assert!(!folder.path().join("logo.png.br").exists());
    }

    #[test]
    fn compressing_twice_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.js"), "let a = 1;").unwrap();
        walk(folder.path()).unwrap();
        walk(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
