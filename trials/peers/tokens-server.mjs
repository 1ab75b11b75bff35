// npm oidc-provider as its own examples start it: memory as its store, its own keys of the example, its own sign-in pages.
//
// Run in the folder where the package is installed; its argument is the port. Prints a line when it listens.
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const port = Number(process.argv[2]);
const { Provider } = await import(pathToFileURL(resolve("node_modules/oidc-provider/lib/index.js")).href);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "machine",
      client_secret: "secret",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
    },
    {
      client_id: "site",
      client_secret: "secret",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      redirect_uris: [`http://127.0.0.1:${port}/back`],
    },
  ],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
  cookies: { keys: ["only for measuring"] },
});
provider.listen(port, "127.0.0.1", () => console.log("listening"));
