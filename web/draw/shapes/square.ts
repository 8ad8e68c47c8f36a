/** A process: a square with round corners that covers about as much as a circle of radius `r`. */
export function square(path: Path2D, x: number, y: number, r: number): void {
  const half = r * 0.88
  path.roundRect(x - half, y - half, 2 * half, 2 * half, r * 0.32)
}
