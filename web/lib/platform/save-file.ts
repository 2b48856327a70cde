/** Hands a file to the browser's downloads. */

/**
 * The type is always octet-stream: a blob: address of HTML or SVG would run script with this origin if it were opened
 * instead of saved.
 */
export function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob after the click returns; a minute is ample even for a slow disk's dialog.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
