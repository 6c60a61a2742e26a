import type { PortalPlace } from "../../../../contract/window.ts";

/** The rectangle in whole pixels, inwards, so that nothing beside it is covered; null where there is no room. */
export function placeOf({ left, top, right, bottom }: Pick<DOMRect, "left" | "top" | "right" | "bottom">): PortalPlace {
  const x = Math.max(0, Math.ceil(left));
  const y = Math.max(0, Math.ceil(top));
  const width = Math.floor(right) - x;
  const height = Math.floor(bottom) - y;
  return width < 1 || height < 1 ? null : { x, y, width, height };
}

export function samePlace(a: PortalPlace, b: PortalPlace): boolean {
  if (a === null || b === null) return a === b;
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
