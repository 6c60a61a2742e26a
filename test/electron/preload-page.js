// Runs as a file of the page. What it finds is read by the test's main.
window.outcome = (async () => {
  const pushes = [];
  const leave = window.anslut.on("state", (value) => pushes.push(value));
  const done = await window.anslut.copy({ text: "x" });
  await window.anslut.ask({ type: "portals", id: 1 });
  leave();
  let evaluated = "refused";
  try {
    evaluated = new Function("return 'ran'")();
  } catch {}
  let fetched = "refused";
  try {
    await fetch("https://example.invalid/");
    fetched = "went out";
  } catch {}
  return {
    names: Object.keys(window.anslut).sort(),
    done,
    pushes,
    inline: "inline" in window,
    evaluated,
    fetched,
    node: [typeof require, typeof process, typeof module].join(),
    canChange: (() => {
      try {
        window.anslut.ask = null;
      } catch {}
      return window.anslut.ask === null;
    })(),
  };
})();
