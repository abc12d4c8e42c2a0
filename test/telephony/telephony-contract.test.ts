import { asteriskUnderTest } from '../support/asterisk-under-test.ts';
import { useLab } from '../support/lab.ts';
import { describeTelephony } from '../support/telephony-contract.ts';

const lab = useLab();

describeTelephony('a real Asterisk', () => asteriskUnderTest(lab()), 'at_once');
