import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, unlink } from 'node:fs/promises'

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code

/** Reads a text file; undefined when it does not exist. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const temporaryFor = async (path: string, content: string): Promise<string> => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } catch (error) {
    // Otherwise each failed attempt would leave a file behind and fill a full disk further.
    await unlink(temporary)
    throw error
  } finally {
    await file.close()
  }
  return temporary
}

/**
 * Reads a file, creating it (mode 0600) with the content from `make` if it is missing. When several processes race, the
 * first one wins: all get the same content, and none ever sees half a file.
 */
export const createOnce = async (path: string, make: () => string): Promise<string> => {
  const there = await readIfThere(path)
  if (there !== undefined) return there
  const content = make()
  const temporary = await temporaryFor(path, content)
  try {
    // Unlike rename, link fails when another process has created the file in the meantime.
    await link(temporary, path)
    return content
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    return await readFile(path, 'utf8')
  } finally {
    await unlink(temporary)
  }
}

/** Replaces a file (mode 0600) atomically: a reader sees the old content or the new, never a mix. */
export const replaceFile = async (path: string, content: string): Promise<void> => {
  const temporary = await temporaryFor(path, content)
  try {
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary)
    throw error
  }
}
