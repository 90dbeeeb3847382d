import type { Product } from '../src/app/product.ts';
import type { RunningServer } from '../src/app/serve.ts';
import { openChance } from './chance.ts';
import { type PageBench, signIn, timeEach } from './pages.ts';

/** How long the inbox takes with many open pieces of work in one team. */
export interface InboxBench {
  readonly items: number;
  /** Pages of the team's inbox, with random filters and pages, as its lead. */
  readonly team: PageBench;
  /** The inbox of somebody who has a quarter of it. */
  readonly own: PageBench;
  /** The team's caseload page. */
  readonly caseload: PageBench;
  /** The team's dashboard: everything that is counted, of everybody whom the lead may see. */
  readonly dashboard: PageBench;
  /** Fifty rows in the same order from the same index, and nothing else: what the database needs at least. */
  readonly bareRead: { readonly median: number; readonly p95: number };
}

const ITEMS = 50_000;
const PAGES = 200;

/**
 * Plants open tasks in the lead's team, about people of its practices, asks for inboxes as a browser would, and takes
 * the tasks out again. For demonstrations: it writes into the book that it measures.
 */
export async function benchInbox(
  product: Product,
  server: RunningServer,
  onProgress: (what: string) => void,
): Promise<InboxBench> {
  onProgress(`Planting ${ITEMS} pieces of work`);
  const team = await plant(product);
  try {
    const lead = await signIn(server, 'int_lead');
    const coordinator = await signIn(server, 'care_coordinator');
    const chance = openChance(20_261_122);
    const filters = ['', '&late=yes', '&owner=nobody', '&kind=task', '&state=waiting', '&kind=alert'];
    for (let warming = 0; warming < 10; warming += 1) await lead('/work?of=team');
    onProgress(`Asking for ${PAGES} inboxes`);
    const teamPages = await timeEach(PAGES, async () => {
      const page = chance.one(3) ? 1 + chance.below(100) : 1;
      const address = `/work?of=team&page=${page}${page === 1 ? chance.pick(filters) : ''}`;
      await lead(address);
      return address;
    });
    const own = await timeEach(PAGES, async () => {
      await coordinator('/work?of=me');
      return '/work?of=me';
    });
    const caseload = await timeEach(50, async () => {
      await lead('/caseload?of=team');
      return '/caseload?of=team';
    });
    const dashboard = await timeEach(PAGES / 2, async () => {
      await lead('/team');
      return '/team';
    });
    return {
      items: ITEMS,
      team: teamPages,
      own,
      caseload,
      dashboard,
      bareRead: await readBare(product, team),
    };
  } finally {
    await remove(product);
  }
}

async function plant(product: Product): Promise<number> {
  const owner = product.book.pool('owner');
  await remove(product);
  const { rows } = await owner.query(
    `select staff.team_id as team, array_agg(account.account order by account.subject) as accounts
       from directory.staff join auth.account using (account)
      where account.subject in ('care_coordinator', 'care_coordinator_2') group by 1`,
  );
  const [{ team, accounts }] = rows;
  // Due days over two months, a fifth of them late; half with nobody, the rest with two coordinators.
  await owner.query(
    `with planted as (
       insert into work.item (kind, subject_kind, subject_id, owner_team, owner_account, state, opened_at, due_at, breach_at, title)
       select (array['task', 'task', 'mdt_referral', 'mdt_action', 'alert'])[1 + n % 5], 'person', person_no, $1,
              case n % 4 when 0 then ($2::uuid[])[1] when 1 then ($2::uuid[])[2] end,
              case when n % 4 < 2 then 'in_hand' else 'waiting' end,
              now(), day, day + interval '9 days', 'Planted by the bench ' || n
         from (select n, now() + ((hashtext(n::text) % 60)) * interval '1 day' + interval '40 days' as day,
                      (array(select person_no from register.person where registered order by person_no limit 20000))[1 + n % (
                        select least(20000, count(*)) from register.person where registered)] as person_no
                 from generate_series(1, ${ITEMS}) n) drawn
       returning item_id, opened_at, owner_team, owner_account, state)
     insert into work.transition (item_id, at, action, to_state, account, owner_team, owner_account)
     select item_id, opened_at, 'open', state, ($2::uuid[])[1], owner_team, owner_account from planted`,
    [team, accounts],
  );
  await owner.query('vacuum analyze work.item');
  await owner.query('analyze work.transition');
  return team;
}

async function remove(product: Product): Promise<void> {
  const owner = product.book.pool('owner');
  const planted = "select item_id from work.item where title like 'Planted by the bench %'";
  // In one transaction that nobody writes beside: the clock of a running server escalates planted work, too.
  await owner.query(`
    begin; lock table work.item in share row exclusive mode;
    delete from work.transition where item_id in (${planted});
    delete from work.item where title like 'Planted by the bench %'; commit`);
}

async function readBare(product: Product, team: number): Promise<{ median: number; p95: number }> {
  const owner = product.book.pool('owner');
  const times: number[] = [];
  for (let at = 0; at < PAGES; at += 1) {
    const began = performance.now();
    await owner.query(
      `select * from work.item where desk_team = $1 and closed_at is null
        order by level desc, desk_due, item_id limit 50`,
      [team],
    );
    times.push(performance.now() - began);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => Number((times[Math.ceil(share * PAGES) - 1] ?? 0).toFixed(1));
  return { median: at(0.5), p95: at(0.95) };
}
