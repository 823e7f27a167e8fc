//! From what was sent to a picture that is safe to show: decoded within bounds, turned upright, made small and written
//! anew, so that nothing of the file but its pixels is left.

use crate::entity::blob::Kind;
use crate::error::{Error, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use std::sync::Arc;
use tokio::sync::Semaphore;
use types::limits;

/// More than a good telephone takes. A file of some bytes can claim any number of them.
const MOST_PIXELS: u64 = 16_000_000;
/// What one decoder may take, and the pixels it makes.
const MOST_MEMORY: u64 = 72 * 1024 * 1024;
/// Pictures in the making at a time: bounds the memory and the cores that a flood of them can take.
const AT_ONCE: usize = 2;
/// Of 100: no difference to be seen at the sizes shown.
const JPEG_QUALITY: u8 = 88;

const UNKNOWN: &str = "the file is no picture of a known kind";
const BROKEN: &str = "the picture cannot be read";

/// What a picture is for, which decides how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Avatar,
    SubmoltAvatar,
    Banner,
}

impl Purpose {
    /// The largest file, in bytes, and how that is said.
    fn most_bytes(self) -> (usize, &'static str) {
        match self {
            Self::Avatar => (limits::AVATAR_MAX_BYTES, "Send at most 1 MB"),
            Self::SubmoltAvatar => (limits::SUBMOLT_AVATAR_MAX_BYTES, "Send at most 500 KB"),
            Self::Banner => (limits::BANNER_MAX_BYTES, "Send at most 2 MB"),
        }
    }

    /// What it is made to fit into: twice the size it is shown at.
    fn most_pixels(self) -> (u32, u32) {
        match self {
            Self::Avatar | Self::SubmoltAvatar => (512, 512),
            Self::Banner => (1_920, 640),
        }
    }
}

/// A picture as it is stored.
pub(super) struct Picture {
    pub(super) bytes: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) digest: [u8; 32],
}

/// Makes pictures, a few at a time, away from the threads that serve requests.
pub(super) struct Maker(Arc<Semaphore>);

impl Maker {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The picture in `file`.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Unsupported`] if it is no picture, [`Error::BadRequest`] for a broken one and for
    /// one of too many pixels.
    pub(super) async fn make(&self, file: Vec<u8>, purpose: Purpose) -> Result<Picture> {
        let (most, hint) = purpose.most_bytes();
        if file.len() > most {
            return Err(Error::TooLarge { message: "the picture is too large", hint });
        }
        let slot = self.0.clone().acquire_owned().await.map_err(|e| Error::Internal(e.into()))?;
        let made = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            make(&file, purpose)
        });
        // A file that makes a decoder panic is as broken as one that it refuses.
        made.await.unwrap_or_else(|_panicked| Err(broken()))
    }
}

fn make(file: &[u8], purpose: Purpose) -> Result<Picture> {
    let (width, height) = purpose.most_pixels();
    let upright = decode(file)?;
    let fits = upright.width() <= width && upright.height() <= height;
    let small = if fits { upright } else { upright.resize(width, height, FilterType::CatmullRom) };
    let (bytes, kind) = encode(small).map_err(|e| Error::Internal(e.into()))?;
    Ok(Picture { digest: Sha256::digest(&bytes).into(), bytes, kind })
}

/// The pixels, as they are meant to be seen. Of an animation the first frame.
fn decode(file: &[u8]) -> Result<DynamicImage> {
    let unreadable = |_e: image::ImageError| broken();
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_e| broken())?;
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(Error::Unsupported(UNKNOWN));
    }
    let mut bounds = Limits::no_limits();
    bounds.max_alloc = Some(MOST_MEMORY);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Error::bad_request("the picture has too many pixels", "Send at most 16 megapixels of 8 bits"));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// JPEG, which is small for photographs and good for any opaque picture; PNG where something shines through.
/// Not WebP: of that the library writes only the lossless form, several times as large for a photograph.
fn encode(image: DynamicImage) -> ImageResult<(Vec<u8>, Kind)> {
    let mut bytes = Cursor::new(Vec::new());
    if image.color().has_alpha() {
        let pixels = image.into_rgba8();
        if pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
            pixels.write_to(&mut bytes, ImageFormat::Png)?;
            return Ok((bytes.into_inner(), Kind::Png));
        }
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
            .encode_image(&DynamicImage::ImageRgba8(pixels).into_rgb8())?;
    } else {
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&image.into_rgb8())?;
    }
    Ok((bytes.into_inner(), Kind::Jpeg))
}

fn broken() -> Error {
    Error::bad_request(BROKEN, "Save it again as JPEG, PNG, GIF or WebP")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use rstest::rstest;
    use types::error::Code;

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([200, 0, 0])).into()
    }

    fn refused(file: &[u8]) -> Code {
        make(file, Purpose::Avatar).err().unwrap().code()
    }

    #[rstest]
    #[case(ImageFormat::Jpeg)]
    #[case(ImageFormat::Png)]
    #[case(ImageFormat::Gif)]
    #[case(ImageFormat::WebP)]
    fn every_kind_is_made_small_and_written_anew(#[case] format: ImageFormat) {
        let sent = match format {
            // The encoder of GIF wants an alpha channel.
            ImageFormat::Gif => DynamicImage::from(red(700, 350).into_rgba8()),
            _ => red(700, 350),
        };
        let made = make(&file(&sent, format), Purpose::Avatar).unwrap();
        let seen = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((seen.width(), seen.height(), made.kind), (512, 256, Kind::Jpeg));
        let red = seen.into_rgb8().get_pixel(20, 20).0;
        assert!(red[0] > 190 && red[1] < 15 && red[2] < 15, "{red:?}");
    }

    #[test]
    fn what_shines_through_goes_on_doing_so_and_small_ones_stay_small() {
        let glass = RgbaImage::from_pixel(20, 10, Rgba([0, 0, 200, 100]));
        let made = make(&file(&glass.into(), ImageFormat::Png), Purpose::Banner).unwrap();
        let seen = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((seen.width(), seen.height(), made.kind), (20, 10, Kind::Png));
        assert_eq!(seen.into_rgba8().get_pixel(3, 3).0, [0, 0, 200, 100]);
    }

    /// A JPEG with an EXIF block: its orientation, and a description that nobody should find.
    fn with_exif(orientation: u8) -> Vec<u8> {
        let plain = file(&red(40, 20), ImageFormat::Jpeg);
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(b"\x0e\x01\x02\0\x0c\0\0\0\x26\0\0\0");
        tiff.extend([0x12, 0x01, 0x03, 0x00, 0x01, 0, 0, 0, orientation, 0, 0, 0]);
        tiff.extend(b"\0\0\0\0at home now\0");
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(tiff);
        let mut sent = plain[..2].to_vec();
        sent.extend([0xff, 0xe1]);
        sent.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        sent.extend(exif);
        sent.extend(&plain[2..]);
        sent
    }

    #[test]
    fn a_picture_stands_upright_and_tells_nothing_of_where_it_was_taken() {
        let sent = with_exif(6);
        assert!(sent.windows(11).any(|w| w == b"at home now"));
        let made = make(&sent, Purpose::Avatar).unwrap();
        let seen = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((seen.width(), seen.height()), (20, 40));
        assert!(!made.bytes.windows(4).any(|w| w == b"Exif" || w == b"at h"));
    }

    #[test]
    fn what_is_no_picture_or_a_broken_one_is_refused() {
        for no_picture in [&b""[..], b"GIF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM\0\0\0\0"] {
            assert_eq!(refused(no_picture), Code::UnsupportedMediaType, "{no_picture:?}");
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(&red(64, 64), format);
            assert_eq!(refused(&whole[..40]), Code::BadRequest, "{format:?}");
        }
    }

    /// The first bytes of a PNG that says it is of this size.
    fn claims(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = file(&red(1, 1), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let checked = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checked.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn a_small_file_cannot_make_a_large_picture() {
        for (width, height) in [(4_001, 4_000), (60_000, 60_000), (u32::MAX >> 1, 3)] {
            assert_eq!(refused(&claims(width, height)), Code::BadRequest, "{width} x {height}");
        }
    }
}
