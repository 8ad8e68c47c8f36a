import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewDocument } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { ensureScopeImage, IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Docker looks every 30 s, and may find it not well when the machine is busy. */
const HEALTHY_WITHIN_MS = 180_000

interface Ended {
  readonly code: number
  readonly output: string
}

/** What the documents say of programs that are older than the file. */
const forOlder = (text: string, composeMajor: number, dockerMajor: number): string => {
  const known = composeMajor >= 2 ? text : text.replace(/^(name| {4}uts| {4}cgroup):.*\n/gm, '')
  return dockerMajor >= 23 ? known : known.replace('- BPF\n', '- SYS_ADMIN\n').replace(/ *- PERFMON\n/, '')
}

describeWith(['root', 'docker', 'ebpf'], 'the Compose file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'scope-compose-'))
  const stateDir = join(directory, 'state')
  let docker: TestDocker
  let name: string
  let url: string
  let env: NodeJS.ProcessEnv

  const run = (file: string, ...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(file, args, { env, timeout: 120_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr })
      })
    })
  const compose = (...args: string[]): Promise<Ended> => {
    const files = ['compose.yaml', 'own.yaml'].flatMap((file) => ['--file', join(directory, file)])
    return run('docker-compose', '--project-name', name, ...files, ...args)
  }
  const inspect = (format: string): Promise<string> => docker.docker('inspect', '--format', format, name)

  beforeAll(async () => {
    docker = await openTestDocker()
    name = `${docker.prefix}scope`
    env = {
      ...process.env,
      DOCKER_HOST: docker.host,
      SCOPE_IMAGE: await ensureScopeImage(docker),
      SCOPE_STATE_DIR: stateDir,
      SCOPE_CONTAINER_NAME: name,
    }
    mkdirSync(stateDir, { mode: 0o700 })
    const composeVersion = execFileSync('docker-compose', ['version', '--short'], { encoding: 'utf8' })
    const dockerVersion = await docker.docker('version', '--format', '{{.Server.Version}}')
    const text = readFileSync('tools/deploy/compose.yaml', 'utf8')
    const [composeMajor, dockerMajor] = [composeVersion, dockerVersion].map((version) =>
      Number.parseInt(version, 10),
    )
    writeFileSync(join(directory, 'compose.yaml'), forOlder(text, composeMajor ?? 0, dockerMajor ?? 0))
    const address = `127.0.0.1:${await freePort()}`
    url = `http://${address}`
    // JSON is YAML. Of a mount with the same target, the one of the last file counts.
    const volumes = [`${docker.host.replace('unix://', '')}:/var/run/docker.sock`]
    const own = { container_name: name, command: ['run', `--app.http.address=${address}`], volumes }
    writeFileSync(join(directory, 'own.yaml'), JSON.stringify({ services: { scope: own } }))
    const { code, output } = await compose('up', '--detach', '--no-build')
    expect([code, output]).toEqual([0, expect.any(String)])
  }, IMAGE_LIMIT_MS)

  afterAll(async () => {
    await compose('down', '--timeout', '5')
    await docker.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('makes the map of this machine, traced by eBPF, with its containers', async () => {
    const other = await docker.run('other')
    await eventually('the map to have a container', async () => {
      const { nodes } = (await (await fetch(`${url}/api/topology/containers`)).json()) as ViewDocument
      return Object.keys(nodes).some((id) => id.startsWith(other))
    })
    // The probe writes its status now and then.
    await eventually('the status to tell how', async () =>
      (await run('./scope', 'status')).output.includes('tracing with eBPF'),
    )
  })

  it('runs the app as a user without rights', async () => {
    const status = JSON.parse((await run('./scope', 'status', '--json')).output) as { app: { pid: number } }
    const said = await docker.docker('exec', name, 'cat', `/proc/${status.app.pid}/status`)
    expect(said).toMatch(/^Uid:\t61040\t61040\t61040\t61040$/m)
    expect(said).toMatch(/^CapEff:\t0+$/m)
  })

  it(
    'is healthy to Docker',
    async () => {
      await eventually(
        'the health check',
        async () => (await inspect('{{.State.Health.Status}}')) === 'healthy',
        HEALTHY_WITHIN_MS,
      )
    },
    2 * HEALTHY_WITHIN_MS,
  )

  it('answers the commands of the launcher, and those in the container', async () => {
    const { code, output } = await run('docker', 'exec', name, 'scope', 'token')
    expect([code, output.trim()]).toEqual([0, readFileSync(join(stateDir, 'token'), 'utf8').trim()])
    expect(await docker.docker('exec', name, 'scope', 'token')).toBe(output.trim())
  })

  it('ends in time when it is stopped, and well', async () => {
    const { code } = await compose('stop')
    expect(code).toBe(0)
    expect(await inspect('{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe('0 false')
    await expect(fetch(url)).rejects.toThrow()
  })
})
