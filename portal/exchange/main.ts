import { serve } from "./serve.ts";

/** Root: `anslut-portal serve` starts it, and nobody talks to it but web. */
await serve();
