import type { Drawing, Point, Shape } from "./drawing.ts";

/** Pixels as red, green, blue, alpha; rows from the top. */
export interface Image {
  readonly size: number;
  readonly pixels: Uint8Array;
}

/** Looks at a pixel so many times in each direction. */
const looks = 4;

/** Draws an icon `size` pixels wide and high. */
export function rasterise(drawing: Drawing, size: number): Image {
  const scale = size / drawing.size;
  const shapes = drawing.shapes.map((shape) => scaled(shape, scale));
  const pixels = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) paint(pixels, (y * size + x) * 4, shapes, x, y);
  }
  return { size, pixels };
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly dx: number;
  readonly dy: number;
}

interface Ready {
  readonly segments: readonly Segment[];
  /** Half a stroke's width; 0 for a fill. */
  readonly reach: number;
  readonly isStroke: boolean;
  readonly colour: Shape["colour"];
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}

function scaled({ lines, paint, colour }: Shape, scale: number): Ready {
  const segments = lines.flatMap((line) => line.slice(1).map((to, index) => segment(line[index] ?? to, to, scale)));
  const reach = paint.how === "stroke" ? (paint.width * scale) / 2 : 0;
  const xs = segments.flatMap(({ x1, dx }) => [x1, x1 + dx]);
  const ys = segments.flatMap(({ y1, dy }) => [y1, y1 + dy]);
  const box = [
    Math.min(...xs) - reach,
    Math.min(...ys) - reach,
    Math.max(...xs) + reach,
    Math.max(...ys) + reach,
  ] as const;
  return { segments, reach, isStroke: paint.how === "stroke", colour, box };
}

function segment(from: Point, to: Point, scale: number): Segment {
  const [x1, y1] = [from[0] * scale, from[1] * scale];
  return { x1, y1, dx: to[0] * scale - x1, dy: to[1] * scale - y1 };
}

/** Lays each shape over what is there, as much as it covers of the pixel. */
function paint(pixels: Uint8Array, at: number, shapes: readonly Ready[], x: number, y: number): void {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const shape of shapes) {
    const cover = coverage(shape, x, y);
    if (cover === 0) continue;
    const [r, g, b] = shape.colour;
    const below = alpha * (1 - cover);
    const sum = cover + below;
    red = (r * cover + red * below) / sum;
    green = (g * cover + green * below) / sum;
    blue = (b * cover + blue * below) / sum;
    alpha = sum;
  }
  pixels.set([Math.round(red), Math.round(green), Math.round(blue), Math.round(alpha * 255)], at);
}

/** Half a pixel's diagonal: an edge that is farther from its middle does not cross it. */
const halfDiagonal = Math.SQRT1_2;

function coverage(shape: Ready, x: number, y: number): number {
  const [left, top, right, bottom] = shape.box;
  if (x + 1 < left || x > right || y + 1 < top || y > bottom) return 0;
  // Most pixels lie wholly on one side of every edge, and one look is enough.
  const middle = distance(shape, x + 0.5, y + 0.5);
  if (Math.abs(middle - shape.reach) > halfDiagonal) return covers(shape, x + 0.5, y + 0.5) ? 1 : 0;
  let hits = 0;
  for (let row = 0; row < looks; row += 1) {
    for (let column = 0; column < looks; column += 1) {
      if (covers(shape, x + (column + 0.5) / looks, y + (row + 0.5) / looks)) hits += 1;
    }
  }
  return hits / (looks * looks);
}

/** A stroke covers what is within half its width of a line, so ends and corners are round; a fill what its lines enclose. */
function covers(shape: Ready, x: number, y: number): boolean {
  return shape.isStroke ? distance(shape, x, y) <= shape.reach : isInside(shape, x, y);
}

/** Even-odd: what a shape encloses twice is a hole. */
function isInside({ segments }: Ready, x: number, y: number): boolean {
  let inside = false;
  for (const { x1, y1, dx, dy } of segments) {
    const y2 = y1 + dy;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / dy) * dx) inside = !inside;
  }
  return inside;
}

function distance({ segments }: Ready, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { x1, y1, dx, dy } of segments) {
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length));
    const awayX = x - x1 - along * dx;
    const awayY = y - y1 - along * dy;
    least = Math.min(least, awayX * awayX + awayY * awayY);
  }
  return Math.sqrt(least);
}
