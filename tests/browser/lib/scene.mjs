// Sets the scene for looking at pages: cases and drafts in every stage, left where they are.
import { account, signIn, visitor } from "./house.mjs";
import { accept, apply, at, begin, food, step, take } from "./journey.mjs";
import { mouse } from "./hands.mjs";
import { askCode, person, signUp } from "./newcomer.mjs";

/** Somebody of the sample population whom no other test signs up. */
const stranger = person(40);

/**
 * Makes a case that waits at the window, one that waits for the approver, and a draft at its review.
 * Returns the addresses seen on the way, what went wrong, and what the browsers keep of a
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
  const accepted = await attempt("citizen", async (page, hand) => {
    await begin(page, food);
    return apply(page, hand, food);
  });
  if (accepted) {
    await attempt("clerk", async (page, hand) => {
      await signIn(page, "clerk");
      await accept(page, hand, accepted);
    });
    await attempt("approver", async (page, hand) => {
      await signIn(page, "approver");
      await take(page, hand, "/a", accepted);
    });
  }
  const waiting = await attempt("citizen", async (page, hand) => {
    await begin(page, food);
    return apply(page, hand, food);
  });
  if (waiting) {
    await attempt("clerk", async (page, hand) => {
      await signIn(page, "clerk");
      await take(page, hand, "/w", waiting);
    });
  }
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
  return { seen, troubles, newcomer, enterprise };
}
