// Sets the scene for looking at pages: cases and drafts in every stage, left where they are.
import { confirm, fillIn, find, receive, sitting } from "./counter.mjs";
import { account, go, signIn, visitor } from "./house.mjs";
import { accept, apply, at, begin, correct, food, inspect, step, take } from "./journey.mjs";
import { mouse } from "./hands.mjs";
import { askCode, person, signUp } from "./newcomer.mjs";

/** Somebody of the sample population whom no other test signs up. */
const stranger = person(40);

/**
 * Makes a case that waits at the window, one before the approver, one under inspection, one that went back
 * to be corrected, and a draft ready to be handed in.
 * Returns the addresses seen on the way, the numbers of these cases, what went wrong, and what the browsers keep of a
 * newcomer and of a citizen who acts for his shop.
 */
export async function setScene(browser) {
  const seen = [];
  const troubles = [];
  const attempt = async (who, act) => {
    const page = await visitor(browser);
    try {
      return await act(page, mouse(page));
    } catch (error) {
      troubles.push(`${who}: ${error.message.split("\n")[0]}`);
      return undefined;
    } finally {
      seen.push(...page.seen);
      await page.context().close();
    }
  };
  const file = () =>
    attempt("citizen", async (page, hand) => {
      await begin(page, food);
      return apply(page, hand, food);
    });
  const [waiting, accepted, paused, returned] = [await file(), await file(), await file(), await file()];
  await attempt("clerk", async (page, hand) => {
    await signIn(page, "clerk");
    await accept(page, hand, accepted);
    await accept(page, hand, paused);
    await take(page, hand, "/w", waiting);
    await correct(page, hand, returned);
  });
  await attempt("clerk at the counter", async (page, hand) => {
    await signIn(page, "clerk");
    await receive(page, hand, { card: "P0208", uscc: "9199010349279407XP" });
    await find(page, hand, "spjy", "spjy-xb");
    await fillIn(page, hand, "spjy-xb");
    seen.push(await confirm(browser, page, hand));
    for (const part of ["", "/find", "/confirm", "/sheet", "/missing"]) await go(page, sitting(page) + part);
  });
  await attempt("approver", async (page, hand) => {
    await signIn(page, "approver");
    await take(page, hand, "/a", accepted);
    await inspect(page, hand, paused);
  });
  const enterprise = await attempt("citizen", async (page, hand) => {
    await begin(page, food);
    for (let count = 0; count < 25 && !/\/sign$/.test(at(page)); count += 1) await step(page, hand, food);
    return page.context().storageState();
  });
  await attempt("anyone", (page) => askCode(page, account("citizen", "pension").login, "/login?way=sms"));
  const newcomer = await attempt("newcomer", async (page) => {
    await signUp(page, stranger);
    return page.context().storageState();
  });
  return { seen, troubles, newcomer, enterprise, cases: { waiting, accepted, paused, returned } };
}
