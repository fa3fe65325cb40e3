// Inspects media files with ffprobe and ffmpeg, and measures frames and samples.

import { execFileSync } from "node:child_process";

const MAX_BYTES = 1 << 30;

/** Returns streams and format; counts frames by decoding. */
export function probe(path) {
  const json = execFileSync("ffprobe", ["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path]);
  const { streams, format } = JSON.parse(json);
  const one = (type) => streams.filter((stream) => stream.codec_type === type);
  return { video: one("video"), audio: one("audio"), format };
}

/** Decodes all frames to RGB bytes. */
export function decodeFrames(path, width, height) {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], { maxBuffer: MAX_BYTES });
  const size = width * height * 3;
  return Array.from({ length: raw.length / size }, (_, i) => raw.subarray(i * size, (i + 1) * size));
}

/** Decodes all samples, mixed to mono. */
export function decodeSound(path) {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-"], { maxBuffer: MAX_BYTES });
  return new Float32Array(raw.buffer, raw.byteOffset, Math.floor(raw.length / 4));
}

/** Returns the peak signal-to-noise ratio of two sequences of frames, decibels. */
export function psnr(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} frames against ${b.length}`);
  let sum = 0;
  let count = 0;
  a.forEach((frame, i) => {
    if (frame.length !== b[i].length) throw new Error(`frame ${i}: ${frame.length} bytes against ${b[i].length}`);
    for (let at = 0; at < frame.length; at++) sum += (frame[at] - b[i][at]) ** 2;
    count += frame.length;
  });
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * count) / sum);
}

/** Returns the mean absolute difference of consecutive frames; 0 for a still. */
export function motion(frames) {
  let sum = 0;
  for (let i = 1; i < frames.length; i++) sum += difference(frames[i - 1], frames[i]);
  return sum / (frames.length - 1);
}

/** Returns the mean difference of horizontal neighbours over the standard deviation: about 1.1 for white noise, small for images. */
export function roughness(frame, width) {
  let step = 0;
  let mean = 0;
  for (const value of frame) mean += value / frame.length;
  let spread = 0;
  for (let at = 0; at < frame.length; at++) {
    spread += (frame[at] - mean) ** 2;
    if (Math.floor(at / 3) % width !== width - 1) step += Math.abs(frame[at] - frame[at + 3]);
  }
  const deviation = Math.sqrt(spread / frame.length);
  return { roughness: step / frame.length / deviation, deviation };
}

/** Returns the root mean square of samples. */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

function difference(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at] - b[at]);
  return sum / a.length;
}
