import { useEffect, useState } from "react";

/** How large the person's text is, against 16 px: rows grow with it. */
export function useTextScale(): number {
  const [scale, setScale] = useState(scaleNow);
  useEffect(() => {
    const onResize = (): void => setScale(scaleNow());
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
  return scale;
}

function scaleNow(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
