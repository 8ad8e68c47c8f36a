import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Directories that are found in `usr`, which is the machine's own. */
const LINKS = ['bin', 'lib', 'lib64', 'sbin']

/** Options of `docker run` with which the programs of this machine run in a container. */
export const machinePrograms = ['/usr', '/etc/passwd', '/etc/group'].flatMap((path) => [
  '--volume',
  `${path}:${path}:ro`,
])

/**
 * Makes images that hold nothing: no registry is needed, and the programs are those of this machine.
 *
 * @param docker runs `docker …`
 * @param names with tags
 */
export const importEmptyImages = async (
  docker: (...args: string[]) => Promise<string>,
  names: readonly string[],
): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-image-'))
  try {
    const root = join(dir, 'root')
    for (const empty of ['usr', 'etc', 'tmp', 'run', 'var'])
      await mkdir(join(root, empty), { recursive: true })
    for (const name of LINKS) await symlink(`usr/${name}`, join(root, name))
    // Images of the same content would be one and the same.
    for (const name of names) {
      await mkdir(join(root, 'var', name.replace(/\W/g, '-')))
      await run('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.'])
      await docker('import', join(dir, 'image.tar'), name)
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
