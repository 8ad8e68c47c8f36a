import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { version } from '../../../src/version.ts'
import { baseName, buildImage, ensureScopeImage, IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { type LayerEntry, layersOver } from '../../support/image/layers.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const LIMIT_BYTES = 60 * 1024 * 1024

describeWith(['root', 'docker'], 'the image', () => {
  let docker: TestDocker
  let image: string
  let files: readonly LayerEntry[]
  beforeAll(async () => {
    docker = await openTestDocker()
    image = await ensureScopeImage(docker)
    files = await layersOver(docker, image, baseName())
    return () => docker.close()
  }, IMAGE_LIMIT_MS)

  const run = (...args: string[]) => docker.docker('run', '--rm', ...args)

  it('adds at most 60 MB to its base', () => {
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    process.stdout.write(`the layers of the image over its base: ${(sizeBytes / 1e6).toFixed(1)} MB\n`)
    expect(sizeBytes).toBeGreaterThan(1e6)
    expect(sizeBytes).toBeLessThanOrEqual(LIMIT_BYTES)
  })

  it('adds nothing that builds, tests or belongs to another platform', () => {
    const paths = files.map(({ path }) => path)
    expect(
      paths.filter((path) => /\.(map|[cm]?ts|c|cc|h|gyp)$|(^|\/)(test|tests|@types|\.git)\//.test(path)),
    ).toEqual([])
    expect(
      paths.filter((path) => /(^|\/)(npm|npx|gcc|cc|make|git|clang|vite|tsc|python\d?)$/.test(path)),
    ).toEqual([])
    expect(paths.filter((path) => /musl|win32|darwin|node-linux/.test(path))).toEqual([])
    expect(paths.filter((path) => path.startsWith('opt/scope/node_modules/')).length).toBeGreaterThan(100)
  })

  it('lets nobody but root change what is in it', () => {
    const isOthers = ({ facts }: LayerEntry) =>
      !/^l/.test(facts) && !/^.rw[x-]r.[x-]r.[x-] 0\/0 |^drwx------ 0\/0 /.test(facts)
    expect(files.filter(isOthers)).toEqual([])
  })

  it('has the user scope, whose id no user of a host has, and the command scope', async () => {
    expect(await run('--entrypoint', 'id', image, 'scope')).toBe(
      'uid=61040(scope) gid=61040(scope) groups=61040(scope)',
    )
    expect(await run(image, 'version')).toBe(`scope ${version}`)
    expect(await run('--entrypoint', 'sh', image, '-c', 'command -v scope')).toBe('/usr/local/bin/scope')
    expect(await run(image, 'help')).toBe(readFileSync(checkout.help, 'utf8').trim())
  })

  it('tells what it is, and how it is', async () => {
    const config = JSON.parse(await docker.docker('inspect', '--format', '{{json .Config}}', image)) as {
      Labels: Record<string, string>
      Healthcheck: { Test: string[] }
    }
    expect(config.Labels).toMatchObject({
      'works.weave.role': 'system',
      'org.opencontainers.image.title': 'Scope',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': 'unknown',
    })
    expect(config.Healthcheck.Test).toEqual(['CMD', 'scope', 'healthcheck'])
  })

  it(
    'is the same when it is built again, by BuildKit where there is a client for it',
    async () => {
      // Newer clients leave BuildKit to a plugin, which Debian's does not have; older ones contain it.
      const client = '/usr/bin/docker'
      const buildKit = existsSync(client) ? { client, buildKit: true } : {}
      const again = `${image}-again`
      const args = ['--no-cache', '--build-arg', 'REVISION=0123abc']
      await buildImage(docker, again, { args, ...buildKit })
      const other = await layersOver(docker, again, baseName())
      expect(other.map(({ path }) => path)).toEqual(files.map(({ path }) => path))
      expect(other).toEqual(files)
      const revision = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
      expect(await docker.docker('inspect', '--format', revision, again)).toBe('0123abc')
    },
    IMAGE_LIMIT_MS,
  )

  it('is made of what .dockerignore lets in', () => {
    const lets = readFileSync(join(checkout.root, '.dockerignore'), 'utf8').split('\n')
    expect(lets.filter((line) => !/^(#.*|!.+|\*|)$/.test(line))).toEqual([])
  })
})
