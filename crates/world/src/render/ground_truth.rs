//! Ground truth per pixel: instance, depth, normal and optical flow.

use kinora_contract::plan::CameraState;
use kinora_scene::constants::GROUND_Y;
use kinora_scene::vocabulary::Place;

use crate::geometry::vector::V3;
use crate::render::backgrounds::HORIZON;

/// Instance id of the background.
pub const GROUND: u8 = 0;
/// Instance id of the pillar; subjects are 1, 2 and 3.
pub const PILLAR: u8 = 4;
/// Instance id of the rope.
pub const ROPE: u8 = 5;
/// Instance id of poured water.
pub const WATER: u8 = 6;

/// Ground truth of one frame, by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Instances: [`GROUND`], subjects 1 ..= 3, [`PILLAR`], [`ROPE`], [`WATER`].
    pub ids: Vec<u8>,
    /// Depth: 1 at the plane of action, larger behind it, 100 for the sky.
    pub depth: Vec<f32>,
    /// Unit normals: x right, y up, z away from the camera.
    pub normals: Vec<[f32; 3]>,
    /// Forward optical flow in pixels, x right and y down; 0 in the last frame.
    pub flow: Vec<[f32; 2]>,
}

/// Ground truth of one pixel.
#[derive(Clone, Copy, Debug)]
pub struct Surfel {
    /// Instance id.
    pub id: u8,
    /// Depth, 1 at the plane of action.
    pub depth: f32,
    /// Unit normal.
    pub normal: V3,
    /// Forward optical flow in screen units.
    pub flow: [f32; 2],
}

impl Surfel {
    /// A static surface that faces the camera.
    pub fn still(id: u8, depth: f32) -> Self {
        Self {
            id,
            depth,
            normal: V3(0.0, 0.0, -1.0),
            flow: [0.0; 2],
        }
    }
}

impl Truth {
    /// Ground truth of an empty background, seen by one camera and then by the next.
    pub fn of_background(
        width: usize,
        height: usize,
        place: Place,
        cameras: (CameraState, CameraState),
    ) -> Self {
        let scale = 2.0 / height as f32;
        let mut truth = Self {
            width,
            height,
            ids: vec![GROUND; width * height],
            depth: Vec::with_capacity(width * height),
            normals: Vec::with_capacity(width * height),
            flow: Vec::with_capacity(width * height),
        };
        let edge = floor_edge(place);
        for row in 0..height {
            for column in 0..width {
                let px = (column as f32 + 0.5 - width as f32 * 0.5) * scale;
                let py = (row as f32 + 0.5 - height as f32 * 0.5) * scale;
                let (before, after) = cameras;
                let (x, y) = (
                    (px - before.pan_x) / before.zoom,
                    (py - before.pan_y) / before.zoom,
                );
                let (to_x, to_y) = after.project(x, y);
                truth.flow.push([(to_x - px) / scale, (to_y - py) / scale]);
                let wall = (GROUND_Y - HORIZON) / (edge - HORIZON);
                let (depth, normal) = if y > edge {
                    ((GROUND_Y - HORIZON) / (y - HORIZON), [0.0, 1.0, 0.0])
                } else if place.is_indoors() {
                    (wall, [0.0, 0.0, -1.0])
                } else {
                    (100.0, [0.0, 0.0, -1.0])
                };
                truth.depth.push(depth);
                truth.normals.push(normal);
            }
        }
        truth
    }

    /// Writes one pixel.
    pub fn set(&mut self, at: usize, surfel: Surfel) {
        let half = self.height as f32 * 0.5;
        self.ids[at] = surfel.id;
        self.depth[at] = surfel.depth;
        self.normals[at] = [surfel.normal.0, surfel.normal.1, surfel.normal.2];
        self.flow[at] = [surfel.flow[0] * half, surfel.flow[1] * half];
    }
}

/// Screen y at which the floor of a place meets the wall or horizon.
fn floor_edge(place: Place) -> f32 {
    match place {
        Place::WoodenFloor => 0.06,
        Place::Kitchen | Place::Street | Place::Forest => 0.10,
        Place::Gym => 0.02,
        Place::Stage => 0.04,
        Place::Rooftop => 0.08,
        Place::Mountain => 0.16,
        Place::Beach | Place::Meadow | Place::Desert | Place::Snow => -0.10,
    }
}
