/** The part of a keyboard event that says which key it is. */
export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/**
 * Whether the window or the program's menu does something by this key (app/desktop/main/menu.ts). The menu gets what the page leaves, so under a
 * dialogue the page must keep them: else the place below changes, or a tunnel is dialled, while somebody fills in a form.
 */
export function isProgramKey({ key, ctrlKey, metaKey, altKey }: Pressed, isMac: boolean): boolean {
  if (key === "F1") return true;
  const control = isMac ? metaKey : ctrlKey;
  return control && !altKey && /^[1-6kd,]$/i.test(key);
}
