package dictionary

import "strings"

// irregular are verbs whose past participle does not end in -ed, with that form after the equals sign and
// the simple past after it where it differs and tags use it.
var irregular = pairs(`
arise=arisen become=become,became begin=begun,began bind=bound bite=bitten bleed=bled blow=blown break=broken,broke breed=bred
bring=brought build=built burn=burnt burst=burst buy=bought cast=cast catch=caught choose=chosen,chose cling=clung come=come,came
cost=cost creep=crept cut=cut deal=dealt dig=dug do=done,did draw=drawn,drew drink=drunk drive=driven,drove eat=eaten,ate
fall=fallen,fell feed=fed feel=felt fight=fought find=found flee=fled fly=flown,flew forbid=forbidden forget=forgotten,forgot
forgive=forgiven forsake=forsaken freeze=frozen,froze get=got,gotten give=given,gave go=gone,went grind=ground grow=grown,grew
hang=hung have=had hear=heard hide=hidden,hid hit=hit hold=held hurt=hurt keep=kept know=known,knew lay=laid lead=led lean=leant
leap=leapt learn=learnt leave=left lend=lent let=let lie=lain light=lit lose=lost make=made mean=meant meet=met mislead=misled
mistake=mistaken misread=misread offset=offset outgrow=outgrown outrun=outrun overcome=overcome override=overridden,overrode
overrun=overrun oversee=overseen overtake=overtaken overwrite=overwritten,overwrote pay=paid preset=preset prove=proven put=put
quit=quit read=read rebuild=rebuilt redo=redone,redid remake=remade repay=repaid reread=reread rerun=rerun,reran resell=resold
resend=resent reset=reset retake=retaken rewind=rewound rewrite=rewritten,rewrote ride=ridden ring=rung,rang rise=risen,rose
run=run,ran say=said see=seen,saw seek=sought sell=sold send=sent set=set shake=shaken shed=shed shine=shone shoot=shot
show=shown shrink=shrunk,shrank shut=shut sing=sung sink=sunk,sank sit=sat sleep=slept slide=slid speak=spoken,spoke speed=sped
spend=spent spin=spun split=split spread=spread spring=sprung,sprang stand=stood steal=stolen,stole stick=stuck sting=stung
strike=struck string=strung strive=striven swear=sworn,swore sweep=swept swell=swollen swim=swum swing=swung take=taken,took
teach=taught tear=torn,tore tell=told think=thought throw=thrown,threw undergo=undergone understand=understood undertake=undertaken
undo=undone,undid uphold=upheld upset=upset wake=woken,woke wear=worn,wore weave=woven win=won wind=wound withdraw=withdrawn,withdrew
withhold=withheld withstand=withstood wring=wrung write=written,wrote
`)

// regular are verbs that programs do, so that their plain form is known for a verb in a tag.
var regular = strings.Fields(`
abort accept access acknowledge acquire activate add allocate answer append apply approve archive arrive assign attach attempt
authenticate authorize authorise backup ban batch block boot buffer cache calculate call cancel capture change charge check claim clean
clear click clone close collect commit compare compile complete compress compute configure confirm connect consume convert copy count
crash create decline decode decrease decrypt delete deliver deny deploy deprecate detach detect disable disconnect discard dispatch
download drain drop dump encode encrypt end enqueue enter evict exceed execute exit expire export extend extract fail fetch fill filter
finish fire flush forward generate grant handle ignore import increase index initialise initialize inspect insert install invalidate
invite invoke issue join kill launch list listen load lock log mail map mark match measure merge migrate mount move notify observe
open order parse pass patch pause perform persist ping plan poll pop post prepare print process promote provision publish pull purge
push query queue raise reach rebalance rebuild receive reconnect record recover redirect refresh refund refuse register reject release
reload remove rename render renew reopen repair replace replay replicate reply report request require reserve resize resolve respond
restart restore resume retrieve retry return revert review revoke roll rotate route sample save scale scan schedule score search select
serve settle ship sign skip snapshot sort start stop store stream submit subscribe succeed suspend swap sync terminate test throttle
timeout trace track transfer transform translate trigger truncate unlock unpublish unregister unsubscribe update upgrade upload upsert
use validate verify view visit wait warm wrap
`)

// doubling are verbs whose last letter is written twice before -ed and -ing.
var doubling = set(`ban cancel clip commit crop drag drop equip fit flip grab hop lag log map pin plan plot pop prefer refer rip scan ship
skip slip snap spot stop step strip submit swap tag tap trap trim trip unplug unzip wrap zip unwrap transfer`)

// notPast end in -ed and are no past forms.
var notPast = set(`bleed breed embed exceed feed greed heed indeed need proceed reed seed shed speed steed succeed weed wed hundred red bed`)

// nouns are names of states and of things, where a tag should say what happened, with what to write instead.
var nouns = pairs(`
login=logged_in logout=logged_out signup=signed_up signin=signed_in signout=signed_out timeout=timed_out failure=failed error=failed
exception=failed fault=failed success=succeeded creation=created deletion=deleted removal=removed insertion=inserted shutdown=shut_down
startup=started start=started completion=completed termination=terminated cancellation=cancelled registration=registered
payment=paid purchase=purchased delivery=delivered submission=submitted approval=approved rejection=rejected expiration=expired
expiry=expired connection=connected disconnection=disconnected validation=validated verification=verified migration=migrated
deployment=deployed conversion=converted transmission=sent reception=received crash=crashed checkout=checked_out rollback=rolled_back
backup=backed_up restart=restarted retry=retried
`)

// states are the nouns that spoil a tag even behind a past form: access_denied_error.
var states = set(`error failure success exception fault`)

// measures are nouns for what is counted or observed; they belong into fields.
var measures = set(`count size rate total limit usage length depth time duration bytes latency status state level number amount id info
data details result stats metrics debug`)

// alsoNouns are verbs that stand in tags as things more often: order_late.
var alsoNouns = set(`order orders log logs map report reports request requests index cache queue record records stream charge batch block mail
test plan buffer trace access score sample snapshot view match set read offset reset filter label message file point use change cost cast
result state deal show light lead stick string wind`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// pairs reads "a=b c=d,e"; the first of several counts as the word to write.
func pairs(text string) map[string][]string {
	all := map[string][]string{}
	for _, p := range strings.Fields(text) {
		k, v, _ := strings.Cut(p, "=")
		all[k] = strings.Split(v, ",")
	}
	return all
}
