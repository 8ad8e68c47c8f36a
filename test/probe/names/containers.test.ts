import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'
import { cgroup2Mount } from '../../../src/probe/cgroup/mount.ts'
import { createNames, type Names } from '../../../src/probe/names/collector.ts'
import { createProcessCollector } from '../../../src/probe/process/collector.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { silent } from './support.ts'

/** A process as the connection tracker names it. */
const refOf = (pid: number | 'self') => {
  const { unifiedPath = '/' } = parseMembership(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))
  const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8')) ?? ''
  return {
    pid: pid === 'self' ? process.pid : pid,
    startTicks: 1,
    comm: 'any',
    cgroupId: statSync(join(mount, unifiedPath)).ino,
    netns: statSync(`/proc/${pid}/ns/net`).ino,
  }
}

describeWith(['root', 'ebpf', 'docker'], "names given by Docker's own DNS server", () => {
  const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
  const processes = createProcessCollector({ procRoot: '/proc', clock, hostId: 'here', log: silent })
  let docker: TestDocker
  let names: Names

  beforeAll(async () => {
    docker = await openTestDocker()
    names = createNames({
      dns: true,
      ebpf: true,
      procRoot: '/proc',
      containerOf: (place) => processes.containerOf(place),
      tenancyOf: (netns) => processes.tenancyOf(netns),
      env: process.env,
      clock,
      log: silent,
    })
    await names.start(() => {})
    await processes.start(() => {})
  })

  afterAll(async () => {
    await names?.stop()
    await processes.stop()
    await docker?.close()
  })

  const inspect = (id: string, format: string) => docker.docker('inspect', '--format', format, id)

  it('are known to the container that asked, and to no other', async () => {
    const network = `${docker.prefix}net`
    await docker.docker('network', 'create', network)
    const shop = await docker.run('shop', ['--network', network, '--network-alias', 'shop.test'])
    const asker = await docker.run('asker', ['--network', network])
    const bystander = await docker.run('bystander', ['--network', network])
    const ip = await inspect(shop, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')
    const processOf = async (id: string) => refOf(Number(await inspect(id, '{{.State.Pid}}')))

    const said = await docker.docker('exec', asker, '/bin/busybox', 'nslookup', 'shop.test', '127.0.0.11')
    expect(said).toContain(ip)

    const askerProcess = await processOf(asker)
    await eventually('the name', () => names.askedFor(askerProcess, ip) === 'shop.test')
    expect(names.askedFor(await processOf(bystander), ip)).toBeUndefined()
    expect(names.askedFor(await processOf(shop), ip)).toBeUndefined()
    expect(names.askedFor(refOf('self'), ip)).toBeUndefined()

    await eventually('the container to be known', () => processes.containerOf(askerProcess) === asker)
    expect(names.askedFor({ ...askerProcess, netns: 1 }, ip)).toBe('shop.test')
  })
})
