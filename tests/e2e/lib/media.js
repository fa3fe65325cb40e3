// What is really in a file: asked of ffprobe, decoded by ffmpeg, and measured.

import { execFileSync } from "node:child_process";

const MOST = 1 << 30;

/** Streams and format, with frames counted by decoding. */
export function probe(path) {
  const json = execFileSync("ffprobe", ["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path]);
  const { streams, format } = JSON.parse(json);
  const one = (type) => streams.filter((stream) => stream.codec_type === type);
  return { video: one("video"), audio: one("audio"), format };
}

/** All frames as RGB bytes. */
export function decodeFrames(path, width, height) {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], { maxBuffer: MOST });
  const size = width * height * 3;
  return Array.from({ length: raw.length / size }, (_, i) => raw.subarray(i * size, (i + 1) * size));
}

/** All samples, mono. */
export function decodeSound(path) {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-"], { maxBuffer: MOST });
  return new Float32Array(raw.buffer, raw.byteOffset, Math.floor(raw.length / 4));
}

/** Peak signal-to-noise ratio of two series of frames, decibels. */
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

/** Mean absolute difference between neighbouring frames: 0 for a still. */
export function motion(frames) {
  let sum = 0;
  for (let i = 1; i < frames.length; i++) sum += difference(frames[i - 1], frames[i]);
  return sum / (frames.length - 1);
}

/** How unlike its right-hand neighbour a pixel is, against the spread of the picture: about 1.1 for noise, small for pictures. */
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

/** Root mean square of samples. */
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
