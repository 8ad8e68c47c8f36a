import { getEventListeners } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { createDockerClient, type DockerClient } from '../../../../src/probe/docker/daemon/client.ts'
import { dockerEndpoint } from '../../../../src/probe/docker/daemon/endpoint.ts'
import { createDockerLibrary } from '../../../../src/probe/docker/daemon/library.ts'
import { createStatsStreams } from '../../../../src/probe/docker/usage/stats-streams.ts'
import { eventually } from '../../../support/eventually.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const MESSAGE = JSON.stringify({
  read: '2026-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 1 } },
  memory_stats: {},
})

let closing: (() => unknown)[]
beforeEach(() => {
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

/** The client of a daemon that answers requests for stats like this, and how many listeners wait at the signal of each. */
const daemonThat = async (answer: (response: ServerResponse) => void) => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-stats-'))
  closing.push(() => rm(dir, { recursive: true }))
  const path = join(dir, 'docker.sock')
  const server = createServer((_, response) => answer(response))
  await new Promise<void>((done) => server.listen(path, done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const library = createDockerLibrary(dockerEndpoint(`unix://${path}`, {}))
  closing.push(library.close)
  const real = createDockerClient(library)
  const listeners: number[] = []
  const atMs: number[] = []
  const client: Pick<DockerClient, 'stats'> = {
    stats(id, signal) {
      listeners.push(getEventListeners(signal, 'abort').length)
      atMs.push(performance.now())
      return real.stats(id, signal)
    },
  }
  return { client, listeners, atMs }
}

const follow = (client: Pick<DockerClient, 'stats'>, firstMs: number, longestMs: number) => {
  const taken: string[] = []
  const streams = createStatsStreams(client, log, (id) => taken.push(id), {
    ...{ firstMs, longestMs },
    random: () => 0.5,
  })
  closing.push(() => streams.follow(new Set()))
  streams.follow(new Set(['a']))
  return { streams, taken }
}

describe('the stats stream of a container', () => {
  test.each([
    ['is refused', (response: ServerResponse) => response.writeHead(500).end('{"message":"no"}')],
    ['ends at once', (response: ServerResponse) => response.writeHead(200).end()],
    ['ends after a message', (response: ServerResponse) => response.writeHead(200).end(`${MESSAGE}\n`)],
  ])('that %s leaves nothing behind, however often it is opened again', async (_, answer) => {
    const { client, listeners } = await daemonThat(answer)
    follow(client, 1, 1)
    await eventually('many tries', () => listeners.length > 100)
    // What listens for the request before may still be there.
    expect(Math.max(...listeners)).toBeLessThanOrEqual(1)
  })

  test('that is refused is opened again after pauses that grow, until it brings something', async () => {
    let refusals = 5
    const { client, atMs } = await daemonThat((response) => {
      if (refusals-- > 0) response.writeHead(500).end('{"message":"no"}')
      else response.writeHead(200).end(`${MESSAGE}\n`)
    })
    const { streams, taken } = follow(client, 100, 60_000)
    await eventually('what it brings, again and again', () => taken.length > 5)
    expect(streams.errors()).toBe(5)
    const pauses = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0))
    expect(pauses[4]).toBeGreaterThanOrEqual(1600 - 1)
    expect(Math.min(...pauses.slice(5))).toBeLessThan(pauses[4] ?? 0)
  })

  test('that is wanted no more is not opened again', async () => {
    const { client, listeners } = await daemonThat((response) => response.writeHead(500).end('{}'))
    const { streams } = follow(client, 50, 50)
    await eventually('a refusal', () => streams.errors() > 0)
    streams.follow(new Set())
    const tries = listeners.length
    const other = follow(client, 50, 50)
    await eventually('several of another', () => other.streams.errors() > 3)
    expect(listeners.length - tries).toBeLessThanOrEqual(other.streams.errors() + 1)
  })
})
