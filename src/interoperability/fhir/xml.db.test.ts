import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import {
  account,
  everybody,
  importPaths,
  lakeRows,
  quarantine,
  unevenTables,
} from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readXmlElements } from './xml-elements.ts';
import { fhirXmlToJson } from './xml-to-json.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-xml-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const elements = readXmlElements('content');
const FHIR = 'xmlns="http://hl7.org/fhir"';
const json = (xml: string) => JSON.parse(fhirXmlToJson(xml, 'file.xml', elements));

describe('FHIR in XML says in JSON', () => {
  test('what it said, with lists, booleans and numbers as they are there', () => {
    const patient = `<?xml version="1.0"?><!-- drawn --><Patient ${FHIR}>
      <id value="p1"/><active value="true"/>
      <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div></text>
      <contained><Organization><id value="o"/><name value="Surgery &quot;A&quot;"/></Organization></contained>
      <identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="9990000018"/></identifier>
      <name><family value="Smith"/><given value="Ann"/><given value="B"><extension url="x"><valueCode value="y"/></extension></given><prefix value="Dr"/></name>
      <birthDate value="1955-03-04"><extension url="http://time"><valueDateTime value="1955-03-04T10:00:00Z"/></extension></birthDate>
      <multipleBirthInteger value="2"/>
      <contact><name><family value="Jones"/></name></contact>
      <managingOrganization><identifier><value value="Z00001"/></identifier></managingOrganization>
    </Patient>`;
    expect(json(patient)).toEqual({
      resourceType: 'Patient',
      id: 'p1',
      active: true,
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div>' },
      contained: [{ resourceType: 'Organization', id: 'o', name: 'Surgery "A"' }],
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }],
      name: [
        {
          family: 'Smith',
          given: ['Ann', 'B'],
          _given: [null, { extension: [{ url: 'x', valueCode: 'y' }] }],
          prefix: ['Dr'],
        },
      ],
      birthDate: '1955-03-04',
      _birthDate: { extension: [{ url: 'http://time', valueDateTime: '1955-03-04T10:00:00Z' }] },
      multipleBirthInteger: 2,
      contact: [{ name: { family: 'Jones' } }],
      managingOrganization: { identifier: { value: 'Z00001' } },
    });
  });

  test('a quantity as a number and a code as a text', () => {
    const observation = json(
      `<Observation ${FHIR}><code><coding><code value="44054006"/></coding></code><valueQuantity><value value="48.5"/></valueQuantity></Observation>`,
    );
    expect(observation).toMatchObject({
      code: { coding: [{ code: '44054006' }] },
      valueQuantity: { value: 48.5 },
    });
  });

  test('the entries of a bundle on their own lines', () => {
    const text = fhirXmlToJson(
      `<Bundle ${FHIR}>\n<type value="collection"/>\n<entry>\n<resource><Patient><id value="1"/></Patient></resource></entry>\n\n<entry><resource><Patient/></resource></entry></Bundle>`,
      'b.xml',
      elements,
    );
    expect(text.split('\n')[2]).toContain('"id":"1"');
    expect(text.split('\n')[5]).toContain('"resourceType":"Patient"');
    expect(JSON.parse(text)).toMatchObject({ resourceType: 'Bundle', type: 'collection', entry: [{}, {}] });
  });

  test.each([
    ['<Patient xmlns="http://hl7.org/fhir">', 'line 1: <Patient> is not closed'],
    ['<Patient>\n<id value="1"></Patient>', 'line 2: </Patient> closes what was not open'],
    ['<Patient>\n<id value=1/></Patient>', 'line 2: a tag is not well formed'],
    ['<Patient>&bomb;</Patient>', '&bomb; is no character that is known'],
    ['<!DOCTYPE x [<!ENTITY b "c">]><Patient/>', 'it has a document type'],
    ['<Patient/><Patient/>', 'more than one document'],
    ['<Patient/>text', 'text outside'],
    ['', 'there is nothing in it'],
  ])('nothing when it is not well formed: %s', (xml, because) => {
    expect(() => json(xml)).toThrow(because);
  });
});

describe('a delivery of FHIR in XML', () => {
  test('is taken in as JSON is, and a message names the line of the XML', async () => {
    const bundle = `<Bundle ${FHIR}><type value="collection"/>
<entry><resource><Patient><id value="x1"/><name><family value="Xml"/></name><gender value="female"/><birthDate value="1955-03-04"/></Patient></resource></entry>
<entry><resource><Condition><id value="x2"/><subject><reference value="Patient/x1"/></subject>
  <code><coding><system value="http://snomed.info/sct"/><code value="44054006"/></coding></code><onsetDateTime value="2020-05-06"/></Condition></resource></entry>
<entry><resource><Condition><subject><reference value="Patient/x1"/></subject></Condition></resource></entry>
</Bundle>`;
    const result = await importPaths(at, writeFile(folder, 'bundle.xml', bundle));
    expect(result.deliveries).toMatchObject([{ source: 'bundle.xml', format: 'fhir-r4', refusal: null }]);
    expect(account(result, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(account(result, 'Condition')).toMatchObject({ read: 2, loaded: 1, quarantined: 1 });
    expect(await quarantine(at, 'Condition')).toMatchObject([
      { file: 'bundle.xml', line: 5, reason: 'no_id' },
    ]);
    expect((await everybody(at)).map(({ family_name }) => family_name)).toContain('Xml');
  });
});

const EXAMPLES = realFile('fhir', 'uk-core-examples');

describe.skipIf(!existsSync(EXAMPLES))('the examples of UK Core', () => {
  test('are all read; each resource is loaded, kept whole, or put aside with a reason', async () => {
    const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.xml'));
    const result = await importPaths(at, EXAMPLES);
    expect(unevenTables(result)).toEqual([]);
    expect(result.deliveries.filter(({ refusal }) => refusal !== null).map(({ source }) => source)).toEqual(
      [],
    );
    const tables = result.deliveries.flatMap((delivery) => delivery.tables);
    const read = tables.reduce((sum, table) => sum + table.read, 0);
    // Counted without the reader: a file is one resource, a bundle as many as it has entries; a list has entries too.
    const resources = files.map((name) => {
      const xml = readFileSync(join(EXAMPLES, name), 'utf8');
      return /<Bundle[ >]/.test(xml) ? (xml.match(/<entry>\s*<(fullUrl|resource)\b/g) ?? []).length : 1;
    });
    expect(read).toBe(resources.reduce((sum, count) => sum + count, 0));
    const people = (await everybody(at)).map(({ family_name }) => family_name);
    expect(people).toContain('SMITH');
    const kept = await lakeRows<{ record: string }>(at, 'source_record', 'select record from live');
    for (const { record } of kept) expect(JSON.parse(record).resourceType).toMatch(/^[A-Z]/);
  });
});
