import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeDetails, NodeDocument, ViewDocument } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { ensureScopeImage, IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { type RunningImage, runImage, wholeMachine } from '../../support/image/running-image.ts'
import { connectCommand, openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { untilPasses } from '../../support/until-passes.ts'

const run = promisify(execFile)

describeWith(['root', 'ebpf', 'docker'], 'the map that is made in a container', () => {
  let docker: TestDocker
  let native: RunningScope
  let ofHost: RunningImage
  let apart: RunningImage
  let server: string
  let client: string
  let address: string

  beforeAll(async () => {
    docker = await openTestDocker()
    const image = await ensureScopeImage(docker)
    server = await docker.serve('server')
    native = await startScope()
    ofHost = await runImage(docker, image, 'scope')
    apart = await runImage(docker, image, 'apart', {
      dockerArgs: [...wholeMachine(docker), '--cgroupns=private'],
    })
    address = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', server)
    client = await docker.run('client', ['--network', 'host'], connectCommand(address, 5000))
  }, IMAGE_LIMIT_MS)
  afterAll(async () => {
    await native?.stop()
    await ofHost?.remove()
    await apart?.remove()
    await docker?.close()
  })

  type Map = Pick<RunningScope, 'get' | 'view'>
  const card = async (map: Map, view: string, id: string): Promise<NodeDetails> =>
    (await map.get<NodeDocument>(`/api/topology/${view}/${encodeURIComponent(id)}`)).node
  const rows = ({ metadata = [] }: NodeDetails) =>
    Object.fromEntries(metadata.map(({ label, value }) => [label, value]))
  const hostOf = async (map: Map): Promise<string> => {
    const [id = ''] = await eventually('the host', async () => {
      const ids = Object.keys((await map.view('hosts')).nodes).filter((id) => id.endsWith(';<host>'))
      return ids.length > 0 && ids
    })
    return id
  }
  const pidOf = async (container: string) =>
    Number(await docker.docker('inspect', '--format', '{{.State.Pid}}', container))

  describe.each<[string, () => RunningImage]>([
    ['with the cgroups of the host', () => ofHost],
    ['with cgroups of its own', () => apart],
  ])('%s', (_, scope) => {
    it('is of the same host, with the same facts', async () => {
      const id = await hostOf(scope())
      expect(id).toBe(await hostOf(native))
      // Networks of the machine come and go with other tests, and each probe looks at them at its own time.
      const inside = await untilPasses(async () => {
        const here = rows(await card(scope(), 'hosts', id))
        expect(here).toEqual(rows(await card(native, 'hosts', id)))
        return here
      })
      expect(inside.Hostname).toBe((await run('uname', ['-n'])).stdout.trim())
      expect(inside['Kernel version']).toContain((await run('uname', ['-r'])).stdout.trim())
    })

    it('has the containers that Docker tells', async () => {
      const running = (await docker.docker('ps', '--quiet', '--no-trunc')).split('\n').sort()
      const idsIn = async (map: Map) =>
        Object.keys((await map.view('containers')).nodes)
          .filter((id) => id.endsWith(';<container>'))
          .map((id) => id.replace(/;.*/, ''))
          .filter((id) => running.includes(id))
          .sort()
      await eventually('all of them', async () => {
        const [inside, outside] = [await idsIn(scope()), await idsIn(native)]
        return [server, client].every((id) => inside.includes(id)) && inside.join() === outside.join()
      })
    })

    it('puts processes into their containers, also its own, and has the programs that ps tells', async () => {
      const host = (await hostOf(native)).replace(/;.*/, '')
      const own = await scope().inspect('{{.Id}}')
      const expected: [number, string][] = [
        [await pidOf(server), server],
        [await pidOf(client), client],
        [await scope().pidOf('app'), own],
        [await scope().pidOf('probe'), own],
        [await scope().pidOf('supervisor'), own],
      ]
      for (const [pid, container] of expected)
        for (const map of [scope(), native])
          await eventually(`process ${pid} in its container`, async () => {
            const node = await card(map, 'processes', `${host};${pid}`)
            const parents = (node.parents ?? []).map(({ id }) => id)
            expect(parents).toContain(`${container};<container>`)
            const ps = async (column: string) =>
              (await run('ps', ['-o', `${column}=`, '-p', String(pid)])).stdout.trim()
            expect(rows(node).Command).toBe(await ps('args'))
            return true
          })
      const user = async (part: 'app' | 'probe') =>
        rows(await card(native, 'processes', `${host};${await scope().pidOf(part)}`)).User
      expect([await user('app'), await user('probe')]).toEqual(['61040', '0'])
    })

    it('traces with eBPF, and has the connection that ss has', async () => {
      // It fails when something is not well at the moment, as when the app takes seconds to answer.
      await untilPasses(async () => expect(await scope().scope('status')).toMatch(/tracing with eBPF/))
      const edge = ({ edges }: ViewDocument) =>
        Object.values(edges).find(
          ({ source, target }) => source === `${client};<container>` && target === `${server};<container>`,
        )
      for (const map of [scope(), native])
        await eventually('the edge', async () => edge(await map.view('containers'))?.open === 1)
      const { stdout } = await run('ss', [
        '-Htn',
        'state',
        'established',
        'dst',
        address,
        'dport',
        '=',
        '5000',
      ])
      expect(stdout.trim().split('\n')).toHaveLength(1)
      // Scope saw it open.
      expect(edge(await scope().view('containers'))).toMatchObject({ opened: 1, failed: 0, ports: [5000] })
    })
  })
})
