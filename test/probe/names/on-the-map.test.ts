import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDocument } from '../../../src/api/types.ts'
import { type App, startApp } from '../../../src/app/app.ts'
import { type Probe, startProbe } from '../../../src/probe/probe.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { targetsAt } from '../../support/targets-at.ts'
import { makeNetns, type Program, silent, start } from './support.ts'

// Others than those of names.test.ts, which listens to the same machine.
const LISTED = '198.51.100.21'
const OTHER = '198.51.100.22'

const zone = {
  'files.listed.test': [{ name: 'files.listed.test', type: 'A', ttl: 60, data: LISTED }],
  'www.other.test': [{ name: 'www.other.test', type: 'A', ttl: 60, data: OTHER }],
}

describeWith(['root', 'ebpf', 'netns'], 'names that programs asked for, on the map', () => {
  let stateDir: string
  let app: App
  let probe: Probe
  let netns: ReturnType<typeof makeNetns>
  let server: Program
  let client: Program

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scope-names-'))
    netns = makeNetns(`map-${process.pid}`, [`${LISTED}/32`, `${OTHER}/32`])
    server = start(netns.command, 'dns-server.ts', JSON.stringify(zone))
    await server.nextLine()
    client = start(netns.command, 'dns-client.ts')
    const address = '127.0.0.1:0'
    const namedServices = ['*.listed.test']
    app = await startApp({
      address,
      stateDir,
      windowMs: 15_000,
      namedServices,
      webRoot: stateDir,
      log: silent,
    })
    probe = await startProbe({
      targets: targetsAt([`http://127.0.0.1:${app.port}`]),
      stateDir,
      publishIntervalMs: 1000,
      procRoot: '/proc',
      ebpf: true,
      docker: false,
      log: silent,
    })
  })

  afterAll(async () => {
    await probe?.stop()
    await app?.stop()
    await client?.end()
    await server?.end()
    netns?.remove()
    await rm(stateDir, { recursive: true, force: true })
  })

  const get = async <T>(path: string): Promise<T> =>
    (await fetch(`http://127.0.0.1:${app.port}${path}`)).json() as Promise<T>

  /** The node of the processes view that an edge leads to from the program. */
  const targets = async (): Promise<readonly string[]> => {
    const { nodes, edges } = await get<ViewDocument>('/api/topology/processes')
    return Object.values(edges)
      .filter(({ source }) => source.endsWith(`;${client.child.pid}`))
      .map(({ target }) => nodes[target]?.id ?? '')
  }

  it('are nodes when listed, else a part of the Internet that tells the name', async () => {
    expect(await client.ask('files.listed.test:1 @127.0.0.1')).toBe(LISTED)
    expect(await client.ask('www.other.test:1 @127.0.0.1')).toBe(OTHER)
    const found = await eventually('both', async () => {
      const ids = await targets()
      return ids.length === 2 ? ids.toSorted() : undefined
    })
    expect(found).toEqual(['out-theinternet', 'service-files.listed.test'])
    const internet = await get<unknown>('/api/topology/processes/out-theinternet')
    expect(JSON.stringify(internet)).toContain('www.other.test')
  })

  it('have a status of their own', () => {
    expect(probe.status().find(({ id }) => id === 'names')).toMatchObject({
      mode: 'ebpf+reverse',
      state: 'ok',
    })
  })
})
