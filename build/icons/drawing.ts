/** Icons are drawn in a small part of SVG, so that the build needs no renderer: rect, circle, path (M L C Z, absolute), fill and stroke. */

export type Point = readonly [x: number, y: number];

export interface Shape {
  /** Lines from point to point; curves are cut into short ones. */
  readonly lines: readonly (readonly Point[])[];
  readonly paint: { readonly how: "fill" } | { readonly how: "stroke"; readonly width: number };
  /** Red, green, blue: 0 to 255. */
  readonly colour: readonly [number, number, number];
}

export interface Drawing {
  /** Width and height of the view box, which begins at 0 0. */
  readonly size: number;
  readonly shapes: readonly Shape[];
}

/** How far a quarter circle's handles stand from its ends, as a part of the radius (the usual approximation by Bézier curves). */
const handle = 0.5523;
/** Lines that a curve is cut into. */
const steps = 12;

/** Reads an icon. @throws with what it cannot draw */
export function readDrawing(svg: string): Drawing {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  if (width === undefined || width !== height) throw new Error("an icon has a square viewBox that begins at 0 0");
  const elements = [...svg.matchAll(/<(\w+)((?:\s+[\w-]+="[^"]*")*)\s*\/?>/g)];
  const shapes = elements.flatMap(([, name = "", attributes = ""]) =>
    name === "svg" || name === "title" ? [] : [readShape(name, readAttributes(attributes))],
  );
  return { size: Number(width), shapes };
}

/** The same with a line of another colour around each shape, so that it is seen on a ground of its own colour. */
export function outlined({ size, shapes }: Drawing, width: number, colour: string): Drawing {
  const under = shapes.flatMap((shape): readonly Shape[] => {
    const own = { lines: shape.lines, colour: readColour(colour) };
    if (shape.paint.how === "stroke")
      return [{ ...own, paint: { how: "stroke", width: shape.paint.width + 2 * width } }];
    return [
      { ...own, paint: { how: "stroke", width: 2 * width } },
      { ...own, paint: { how: "fill" } },
    ];
  });
  return { size, shapes: [...under, ...shapes] };
}

type Attributes = ReadonlyMap<string, string>;

function readAttributes(text: string): Attributes {
  return new Map([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}

function readShape(name: string, attributes: Attributes): Shape {
  const lines = readLines(name, attributes);
  const stroke = attributes.get("stroke");
  if (stroke === undefined) return { lines, paint: { how: "fill" }, colour: readColour(attributes.get("fill")) };
  if (attributes.get("fill") !== "none") throw new Error("a shape is filled or stroked, not both");
  return { lines, paint: { how: "stroke", width: number(attributes, "stroke-width") }, colour: readColour(stroke) };
}

function readLines(name: string, attributes: Attributes): Shape["lines"] {
  switch (name) {
    case "circle":
      return [circle(number(attributes, "cx"), number(attributes, "cy"), number(attributes, "r"))];
    case "rect":
      return [roundedRect(number(attributes, "width"), number(attributes, "height"), number(attributes, "rx"))];
    case "path":
      return pathLines(attributes.get("d") ?? "");
    default:
      throw new Error(`<${name}> cannot be drawn`);
  }
}

function number(attributes: Attributes, name: string): number {
  const value = Number(attributes.get(name));
  if (!Number.isFinite(value)) throw new Error(`${name} is no number`);
  return value;
}

function readColour(text: string | undefined): Shape["colour"] {
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(text ?? "") ?? [];
  if (red === undefined || green === undefined || blue === undefined) throw new Error(`"${text}" is no #rrggbb`);
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

function circle(cx: number, cy: number, radius: number): readonly Point[] {
  const count = steps * 4;
  return Array.from({ length: count + 1 }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  });
}

function roundedRect(width: number, height: number, radius: number): readonly Point[] {
  const far = radius * (1 - handle);
  const corner = (from: Point, towards: Point, before: Point, to: Point) => curve(from, towards, before, to);
  return [
    ...corner([0, radius], [0, far], [far, 0], [radius, 0]),
    ...corner([width - radius, 0], [width - far, 0], [width, far], [width, radius]),
    ...corner([width, height - radius], [width, height - far], [width - far, height], [width - radius, height]),
    ...corner([radius, height], [far, height], [0, height - far], [0, height - radius]),
    [0, radius],
  ];
}

function curve(from: Point, towards: Point, before: Point, to: Point): readonly Point[] {
  return Array.from({ length: steps + 1 }, (_, index) => {
    const t = index / steps;
    const u = 1 - t;
    const along = (axis: 0 | 1): number =>
      u * u * u * from[axis] + 3 * u * u * t * towards[axis] + 3 * u * t * t * before[axis] + t * t * t * to[axis];
    return [along(0), along(1)];
  });
}

function pathLines(d: string): readonly (readonly Point[])[] {
  const lines: Point[][] = [];
  for (const [, command = "", rest = ""] of d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const values =
      rest.trim() === ""
        ? []
        : rest
            .trim()
            .split(/[\s,]+/)
            .map(Number);
    const points = Array.from(
      { length: values.length / 2 },
      (_, at): Point => [values[2 * at] ?? 0, values[2 * at + 1] ?? 0],
    );
    if (command === "M") lines.push([...points]);
    else lines.at(-1)?.push(...continued(command, points, lines.at(-1) ?? []));
  }
  return lines;
}

function continued(command: string, points: readonly Point[], line: readonly Point[]): readonly Point[] {
  const [first, second, third] = points;
  const from = line.at(-1);
  const start = line[0];
  if (command === "L") return points;
  if (command === "Z" && start !== undefined) return [start];
  if (command === "C" && points.length === 3 && from && first && second && third) {
    return curve(from, first, second, third).slice(1);
  }
  throw new Error(`the path command "${command}" cannot be drawn`);
}
