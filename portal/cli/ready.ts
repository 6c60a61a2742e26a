import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { TLSSocket } from "node:tls";
import type { PortalSettings } from "../web/store/settings.ts";

/**
 * Whether the portal answers HTTPS through front, on its first port, with the very certificate that it keeps. What is asked needs
 * no rights.
 */
export async function answersThroughFront({ host, ports }: PortalSettings, certificate: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const about = request(
    {
      host: "127.0.0.1",
      port: ports[0],
      path: "/api/v1/about",
      headers: { host },
      servername: host,
      agent: false,
      timeout: 2000,
      // Not judged by authorities and names, which this computer need not know, but by being the very certificate.
      rejectUnauthorized: false,
    },
    (answer) => {
      answer.resume();
      const ours = new X509Certificate(certificate).fingerprint256;
      const shown = answer.socket instanceof TLSSocket ? answer.socket.getPeerCertificate().fingerprint256 : "";
      resolve(answer.statusCode === 200 && shown === ours);
    },
  );
  about.on("timeout", () => about.destroy());
  about.on("error", () => resolve(false));
  about.end();
  return await promise;
}
