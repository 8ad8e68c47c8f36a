import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Directories of an image that are links into `usr`, which is mounted from the machine. */
const LINKS = ['bin', 'lib', 'lib64', 'sbin']

/** Options of `docker run` with which the programs of this machine run in a container. */
export const machinePrograms = ['/usr', '/etc/passwd', '/etc/group'].flatMap((path) => [
  '--volume',
  `${path}:${path}:ro`,
])

/**
 * Makes images without programs, so that no registry is needed; containers use the programs of the machine.
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
    // Each image gets a directory of its own: images with the same content would have the same id.
    for (const name of names) {
      await mkdir(join(root, 'var', name.replace(/\W/g, '-')))
      await run('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.'])
      await docker('import', join(dir, 'image.tar'), name)
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
