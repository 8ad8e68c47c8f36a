import { execFile } from 'node:child_process'
import { cp, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const USUAL_MIRROR = 'http://deb.debian.org/debian'
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt'

/** Settings of npm that tell where the registry is and how it is reached. Secrets stay where they are. */
const NPM_SETTINGS = ['registry', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl']

const said = async (file: string, ...args: string[]): Promise<string> => {
  const { stdout } = await run(file, args, { encoding: 'utf8' })
  return stdout.trim()
}

/** The URL from which this machine takes the packages of a release of Debian; the usual one when it takes none of these. */
export const debianMirror = async (suite: string): Promise<string> => {
  const targets = await said(
    'apt-get',
    'indextargets',
    '--format',
    '$(ORIGIN) $(RELEASE) $(COMPONENT) $(REPO_URI)',
    'Created-By: Packages',
  ).catch(() => '')
  const found = targets.split('\n').find((line) => line.startsWith(`Debian ${suite} main `))
  return found?.split(' ')[3]?.replace(/\/+$/, '') ?? USUAL_MIRROR
}

/** The directory of the npm of this machine. */
export const npmDirectory = async (): Promise<string> =>
  dirname(dirname(await realpath(await said('sh', '-c', 'command -v npm'))))

/**
 * Writes what apt and npm of this machine know of their registries below a directory, as it would lie in the root of an image:
 * the proxies of apt, the registry of npm, and the authorities that this machine trusts.
 */
export const writeRegistries = async (root: string): Promise<void> => {
  for (const dir of ['etc/apt/apt.conf.d', 'etc/ssl/certs', 'usr/local/etc'])
    await mkdir(join(root, dir), { recursive: true })
  const dump = await said('apt-config', 'dump').catch(() => '')
  const proxies = dump.split('\n').filter((line) => /^Acquire::https?::Proxy\b/i.test(line))
  await writeFile(join(root, 'etc/apt/apt.conf.d/90-machine'), proxies.map((line) => `${line}\n`).join(''))
  const settings = await Promise.all(
    NPM_SETTINGS.map(async (name) => [name, await said('npm', 'config', 'get', name)] as const),
  )
  const isSet = ([, value]: readonly [string, string]) => !['', 'null', 'undefined'].includes(value)
  const lines = settings.filter(isSet).map(([name, value]) => `${name}=${value}\n`)
  const cafile = await said('npm', 'config', 'get', 'cafile')
  const authorities = cafile === '' || cafile === 'null' ? CA_BUNDLE : cafile
  await cp(await realpath(authorities), join(root, CA_BUNDLE))
  await writeFile(join(root, 'usr/local/etc/npmrc'), [...lines, `cafile=${CA_BUNDLE}\n`].join(''))
}
