// Getting in: signing up with a phone, proving the real name, signing in by code; with JavaScript and without.
import { after, before, describe, test } from "node:test";
import { account, go, open, visitor } from "./lib/house.mjs";
import { untroubled } from "./lib/checks.mjs";
import { person, signInByCode, signUp, verify } from "./lib/newcomer.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

for (const [js, row] of [[true, 30], [false, 31]]) {
  describe(`the door ${js ? "with" : "without"} JavaScript`, { timeout: 120_000 }, () => {
    test("somebody signs up and proves the real name", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await signUp(page, person(row));
      await verify(page, person(row));
      await go(page, "/my/licences");
      untroubled(page);
    });

    test("a citizen signs in by a code", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await signInByCode(page, account("citizen", js ? "pension" : "car").login);
      await go(page, "/my/account");
      untroubled(page);
    });
  });
}
