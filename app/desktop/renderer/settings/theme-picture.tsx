import type { Preferences } from "../../../../contract/preferences.ts";

/** The window in a theme, very small. Its colours are those of the theme it shows, not of the one it stands in. */
export function ThemePicture({ theme }: { readonly theme: Preferences["theme"] }) {
  return (
    <svg className="theme-picture" viewBox="0 0 96 56" aria-hidden="true">
      {theme === "system" ? (
        <>
          <Half theme="light" />
          <svg x="48" width="48" height="56" viewBox="48 0 48 56" aria-hidden="true">
            <Half theme="dark" />
          </svg>
        </>
      ) : (
        <Half theme={theme} />
      )}
    </svg>
  );
}

function Half({ theme }: { readonly theme: "light" | "dark" | "contrast" }) {
  return (
    <g className="theme-half" data-theme={theme}>
      <rect className="theme-ground" width="96" height="56" />
      <rect className="theme-side" width="26" height="56" />
      <path className="theme-line" d="M6 12h14M6 22h14M6 32h14M36 14h30M36 24h48M36 32h40" />
      <rect className="theme-button" x="66" y="40" width="22" height="9" rx="3" />
      <circle className="theme-light" cx="84" cy="13" r="4" />
    </g>
  );
}
