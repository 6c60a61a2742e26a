import { systemKeyring } from "../session/secrets.ts";

// Asks the keyring of this session, in a program of its own: the library caches its connection.

const name = "device portal.test";
if (process.argv[2] === "keep") {
  const kept = await systemKeyring.keep(name, "device-token with + and ä");
  console.log(JSON.stringify([await systemKeyring.available(), kept]));
} else {
  const before = [await systemKeyring.available(), await systemKeyring.read("device other.test")];
  const found = await systemKeyring.read(name);
  await systemKeyring.forget(name);
  console.log(JSON.stringify([...before, found, await systemKeyring.read(name)]));
}
