import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { findPortHolder, holderText } from '../../../src/cli/port/port-holder.ts'
import { freePort } from '../../support/machine/free-port.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const listen = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => resolve((server.address() as { port: number }).port))
    servers.push(server)
  })

it.each(['127.0.0.1', '::'])('finds who listens on a port of %s', async (host) => {
  expect(findPortHolder(await listen(host))).toMatchObject({ pid: process.pid, program: expect.any(String) })
})

it('finds nobody on a port that nobody listens on', async () => {
  expect(findPortHolder(await freePort())).toBeUndefined()
})

it.each([
  [undefined, 'another program'],
  [{ pid: 12, program: 'nginx' }, 'nginx (pid 12)'],
  [
    { pid: 12, program: 'node', scopeStateDir: '/var/lib/scope' },
    'the Scope of the state directory /var/lib/scope (pid 12)',
  ],
])('says who %j is', (holder, text) => {
  expect(holderText(holder)).toBe(text)
})
