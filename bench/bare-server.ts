import Fastify from 'fastify';
import pg from 'pg';

// What a page is measured against: one route of bare Fastify that reads one row by its index through the same driver,
// in a process of its own. The database to ask stands in BENCH_DATABASE, as the settings of a pool.

const pool = new pg.Pool({ ...JSON.parse(process.env.BENCH_DATABASE ?? '{}'), max: 20 });
const fastify = Fastify();
fastify.get<{ Params: { id: string } }>('/:id', async ({ params }) => {
  const { rows } = await pool.query('select place_id, code, name from directory.place where place_id = $1', [
    params.id,
  ]);
  return rows[0] ?? {};
});
const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ address })}\n`);
