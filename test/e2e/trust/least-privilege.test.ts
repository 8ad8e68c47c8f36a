import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ViewDocument } from '../../../src/api/types.ts'
import { type App, startApp } from '../../../src/app/app.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { CollectorStatus } from '../../../src/report/schema.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import {
  type RestrictedProbe,
  type Rights,
  startRestrictedProbe,
} from '../../support/scope/restricted-probe.ts'

describeWith(['root', 'ebpf', 'docker'], 'a probe with few rights', () => {
  let docker: TestDocker
  let app: App
  let stateDir: string
  let probe: RestrictedProbe | undefined

  const start = (rights: Rights): RestrictedProbe => {
    const started = startRestrictedProbe(rights, stateDir, [`http://127.0.0.1:${app.port}`], {
      DOCKER_HOST: docker.host,
    })
    probe = started
    return started
  }
  /** On a busy machine, a collector is not well for a moment when records are lost, or Docker takes long. */
  const collects = (id: string, expected: Partial<CollectorStatus>): Promise<boolean> =>
    eventually(`the status of ${id}`, () => {
      expect(probe?.status().collectors.find((one) => one.id === id)).toMatchObject(expected)
      return true
    })
  const view = async (name: string): Promise<ViewDocument> => {
    const answer = await fetch(`http://127.0.0.1:${app.port}/api/topology/${name}`)
    return (await answer.json()) as ViewDocument
  }
  /** A container that connects to another over and over, each time by a program that ends at once. */
  const knocking = async (name: string): Promise<{ client: string; server: string }> => {
    const busybox = '/bin/busybox'
    const server = await docker.run(
      `${name}-server`,
      [],
      [busybox, 'nc', '-ll', '-p', '5000', '-e', busybox, 'true'],
    )
    const ip = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', server)
    const knock = `while :; do echo | ${busybox} nc -w 1 ${ip} 5000; ${busybox} sleep 0.3; done`
    const client = await docker.run(`${name}-client`, [], [busybox, 'sh', '-c', knock])
    return { client, server }
  }
  const edgeBetween = ({ client, server }: { client: string; server: string }) =>
    eventually('the edge', async () => {
      const { edges } = await view('containers')
      const [source, target] = [`${client};<container>`, `${server};<container>`]
      return Object.values(edges).find(
        (edge) => edge.source === source && edge.target === target && edge.opened >= 3,
      )
    })

  beforeAll(async () => {
    docker = await openTestDocker()
  })
  // An app of its own for each: one that has just heard of a probe takes no other for the same host.
  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'scope-privilege-'))
    const log = createLogger({ format: 'text', debug: false, write: () => {} })
    app = await startApp({ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log })
  })
  afterEach(async () => {
    await probe?.stop()
    probe = undefined
    await app.stop()
    rmSync(stateDir, { recursive: true, force: true })
  })
  afterAll(() => docker?.close())

  it.each<[string, Rights]>([
    ['nobody', { capabilities: ['bpf', 'perfmon', 'sys_ptrace', 'dac_read_search'] }],
    ['root', { root: true, capabilities: ['bpf', 'perfmon', 'sys_ptrace'] }],
  ])('traces as %s, and finds the containers of programs that end at once', async (user, rights) => {
    start({ ...rights, socketPath: docker.host.replace(/^unix:\/\//, '') })
    await collects('connections', { mode: 'ebpf', state: 'ok' })
    await collects('docker', { mode: 'docker', state: 'ok' })
    await collects('process', { state: 'ok' })
    const edge = await edgeBetween(await knocking(`as-${user}`))
    expect(edge.ports).toEqual([5000])
  })

  it('reads DNS answers and sees through NAT with CAP_NET_ADMIN besides', async () => {
    start({ capabilities: ['bpf', 'perfmon', 'sys_ptrace', 'dac_read_search', 'net_admin'] })
    await collects('connections', { mode: 'ebpf', state: 'ok' })
    await collects('names', { state: 'ok' })
    await collects('nat', { state: 'ok' })
  })

  it('traces without CAP_DAC_READ_SEARCH too, but sees no accept(), and says so', async () => {
    start({ capabilities: ['bpf', 'perfmon', 'sys_ptrace'] })
    await collects('connections', {
      mode: 'ebpf',
      state: 'degraded',
      reason: expect.stringContaining('accept()'),
    })
  })

  it.each([['bpf'], ['perfmon']])('polls with CAP_%s alone, and says what is missing', async (capability) => {
    start({ capabilities: [capability] })
    await collects('connections', {
      mode: 'proc',
      reason: expect.stringContaining('CAP_BPF and CAP_PERFMON'),
    })
  })
})
