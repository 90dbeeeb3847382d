import { zip } from '../../src/platform/web/zip.ts';

export { zip };

/** A cell of a drawn sheet: text, a number, a day (as Excel numbers it), or nothing. */
export type DrawnCell = string | number | null | { readonly day: number };

/** An Excel workbook of drawn sheets, each a list of rows. */
export function workbook(sheets: Readonly<Record<string, readonly (readonly DrawnCell[])[]>>): Buffer {
  const names = Object.keys(sheets);
  const shared: string[] = [];
  const files: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${names
      .map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml':
      '<styleSheet><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  };
  for (const [at, name] of names.entries()) {
    const rows = (sheets[name] ?? []).map((cells, row) =>
      cells.length === 0
        ? ''
        : `<row r="${row + 1}">${cells.map((cell, column) => cellXml(cell, row, column, shared)).join('')}</row>`,
    );
    files[`xl/worksheets/sheet${at + 1}.xml`] =
      `<?xml version="1.0"?><worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`;
  }
  files['xl/sharedStrings.xml'] = `<sst>${shared
    .map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`)
    .join('')}</sst>`;
  return zip(files);
}

function cellXml(cell: DrawnCell, row: number, column: number, shared: string[]): string {
  const at = `r="${String.fromCharCode(65 + column)}${row + 1}"`;
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
  if (typeof cell === 'object') return `<c ${at} s="1"><v>${cell.day}</v></c>`;
  return `<c ${at} t="s"><v>${shared.push(cell) - 1}</v></c>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
