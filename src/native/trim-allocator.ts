import koffi from 'koffi'

type Trim = (pad: number) => number

let bound: Trim | undefined

const bind = (): Trim => {
  try {
    return koffi.load(null).func('int malloc_trim(size_t pad)') as Trim
  } catch {
    // Only glibc has it. Other C libraries give memory back by themselves, or not at all.
    return () => 0
  }
}

/**
 * Gives the system back what the C library keeps of memory that was freed. By itself glibc does so at the end of its heap alone, where
 * a single buffer that lasts keeps all before it. Takes about a millisecond, and a tenth of one for each megabyte.
 */
export const trimAllocator = (): void => {
  bound ??= bind()
  bound(0)
}
