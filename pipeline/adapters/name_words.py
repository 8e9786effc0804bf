"""Words that are often names, and words that look like names and are none. Written for support work, from no corpus."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES: Final = _words(
    """
    aaliyah aaron abby abdul abdullah abel abigail abraham ada adam adan addison adel adela adele adeline aditi
    aditya adnan adolfo adrian adriana adrienne agata agatha agnes agnieszka agustin ahmad ahmed aida aidan
    aiden aiko aileen aimee aisha aishwarya ajay akash akira akshay alan alana alastair albert alberto aldo alec
    alejandra alejandro aleksander aleksandra alena alessandra alessandro alessia alex alexa alexander alexandra
    alexandre alexandria alexei alexia alexis alfonso alfred alfredo ali alice alicia alina alisa alisha alison
    alissa alistair allan allen allison alma alonso alphonse alvaro alvin alyssa amal amanda amar amara amelia
    amelie amina amir amit amita amos amy ana anand anastasia anders andre andrea andreas andreea andrei andres
    andrew andrzej andy anette angel angela angelica angelina angelo angie angus anika anil anita anjali ankit
    ankita ann anna annabel annabelle anne annelise annette annie annika anselm anthony antoine antoinette anton
    antonia antonio anup anupam anya april arantxa archie ariana ariel arjun armando arnaud arnold arthur artur
    arturo arun aryan asha ashish ashley ashok ashton ashwin asif astrid athena atif aubrey audrey august
    augusta augustine aurelie aurora austin autumn ava avery axel ayesha aylin aziz babak bailey balaji barbara
    barnaby barry bart bartek bartosz basil bastian beata beatrice beatriz becca becky belen belinda bella ben
    benedict benedikt benita benito benjamin benny benoit berenice bernadette bernard bernardo bernd bernice
    bert bertha bessie beth bethany betsy betty bev beverly bharat bhavna bianca bilal bill billie billy birgit
    bjorn blaise blake blanca blanche bob bobbie bobby bogdan bonnie boris brad bradley brady branden brandi
    brandon brandy breanna brenda brendan brennan brent brett brian briana brianna bridget britney brittany
    brock brody brooke bruce bruno bryan bryce bryn byron caitlin caleb callum calvin camila camilla camille
    candace candice carina carl carla carlo carlos carlton carly carmela carmen carol carole carolina caroline
    carolyn carrie carson carter casey cassandra cassidy cassie catalina caterina catharina catherine cathy
    cecil cecilia cedric celeste celia celine cesar chad chaitanya chandra chanel chantal charlene charles
    charlie charlotte chase chelsea cherie cheryl chester chetan chiara chloe chris chrissy christa christian
    christiane christina christine christoph christophe christopher chuck cindy claire clara clarence clarissa
    clark claude claudia claudio clay clayton clement clementine cliff clifford clifton clint clinton clive
    clyde cody cole colette colin colleen connie connor conor conrad constance consuelo cora coral corey corinna
    corinne cornelia cornelius cory courtney craig cristian cristiano cristina crystal curt curtis cynthia cyril
    dagmar daisuke daisy dakota dale damian damien damon dan dana daniel daniela daniele danielle danilo danish
    danny dante daphne darcy daria dario darius darla darlene darrell darren darryl daryl dave david davide dawn
    dean deanna deb debbie deborah debra deepa deepak deepika deirdre delia della delphine demetrius denise
    dennis denny derek derrick desiree desmond detlef devin devon dewey dexter dhruv diana diane dick diego
    dieter dietrich dilip dimitri dimitris dina dinesh dionne dirk divya dmitri dmitry dolores domenico dominic
    dominik dominique don donald donna donovan dora dorian doris dorota dorothea dorothy doug douglas doyle drew
    duane duncan dustin dwayne dwight dylan earl eddie edgar edith edmund edna edouard eduardo edward edwin
    effie eileen ekaterina elaine eleanor elena eleni elias elijah elisa elisabeth elise elisha eliza elizabeth
    ella elle ellen ellie elliot elliott ellis elmer elodie eloise elsa elsie elton elvira elvis emanuel
    emanuele emerson emil emile emilia emiliano emilie emilio emily emma emmanuel emmett enrico enrique enzo
    eric erica erich erick erik erika erin ernest ernesto ernst ervin erwin esha esmeralda esperanza esteban
    estela estelle esther ethan ethel etienne eugene eugenia eunice eva evan evangeline eve evelyn everett ewa
    ewan ezra fabian fabio fabiola fabrizio faisal faith farah farhan faris fatima faustino faye federica
    federico felicia felicity felipe felix ferdinand fergus fernanda fernando filip filippo finn fiona flavia
    flavio fleur flora florence florian floyd forrest frances francesca francesco francine francis francisca
    francisco francois francoise frank frankie franklin franz fred freda freddie freddy frederic frederick
    frederik freya frida frieda friedrich fritz gabriel gabriela gabriele gabriella gabrielle gaetan gail ganesh
    gareth garrett gary gaurav gavin gayle geert geeta gemma gene genevieve geoff geoffrey george georges
    georgette georgia georgina gerald geraldine gerard gerardo gerhard german gertrude giacomo gianluca gianni
    gideon gilbert gilberto gilda gilles gillian gina ginny giorgio giovanna giovanni girish gisela gisele
    giselle giulia giulio giuseppe gladys glen glenda glenn gloria godfrey gonzalo gopal gordon govind grace
    gracie graciela graeme graham grant greg gregg gregor gregorio gregory greta gretchen griffin grzegorz
    guadalupe guido guillaume guillermo gunnar gunther gus gustav gustavo guy gwen gwendolyn gwyneth hadley
    haider hailey hakan hamid hamza hank hanna hannah hannes hans harald hari harish harjeet harlan harley
    harold haroon harper harriet harrison harry haruka haruki harvey hasan hassan hattie hazel heath heather
    hector heidi heike heinrich heinz helen helena helene helga helmut hemant henri henrietta henrik henrique
    henry herbert herman hermann herminia hideo hilary hilda hillary hiroshi hitesh hollie holly homer hope
    horace horst howard hubert hugh hugo hui humberto hunter hussain hussein ian ibrahim ida iestyn ignacio igor
    ike ilaria ileana ilona ilse imani imogen imran ina indira ines inga inge ingrid ioana irena irene irfan
    irina iris irma irving irwin isaac isabel isabella isabelle isaiah isha ishaan isidro isla ismael ismail
    israel itzel ivan ivana ivonne ivy jace jack jackie jackson jaclyn jacob jacqueline jacques jada jade jaden
    jai jaime jake jakob jakub jamal james jameson jamie jan jana jane janelle janet janice janie janine janis
    jared jarrod jasmin jasmine jason jasper javier jay jaya jayden jayesh jayne jean jeanette jeanne jeannie
    jed jeff jefferson jeffery jeffrey jemima jen jenna jennie jennifer jenny jens jerald jeremiah jeremy
    jermaine jerome jerry jesse jessica jessie jesus jia jill jillian jim jimena jimmie jimmy jing jitendra jo
    joachim joan joana joann joanna joanne joao joaquin jocelyn jodi jodie jody joe joel joelle joey johan
    johann johanna johannes john johnathan johnny jolanda jolene jon jonah jonas jonathan jordan jordi jorge
    jose josef josefina joseph josephine josh joshua josiah josie josue joy joyce juan juana juanita judith judy
    jules julia julian juliana julianne julie julien juliet juliette julio julius jun june jung junior jurgen
    justin justina justine kaitlyn kaleb kamal kamala kamil kara karan kareem karen kari karim karin karina karl
    karla karolina karsten karthik kasia kat katarina kate katelyn katerina katharina katherine kathleen kathryn
    kathy katie katja katrin katrina katy kavita kavitha kavya kay kayla kazuo keira keith kelley kelli kellie
    kelly kelsey kelvin ken kendall kendra kenji kennedy kenneth kenny kent kermit kerri kerry kerstin kevin
    khaled khalid khloe kiara kieran kiki kim kimberly kiran kirk kirsten kirsty kishore klara klaus klemens
    kofi konrad konstantin kourtney kris krish krishna krista kristen kristi kristian kristie kristin kristina
    kristine kristof kristy krystal krzysztof kumar kunal kurt kwame kyle kylie kyra lacey laila lakshmi lamar
    lana lance landon lara larissa larry lars lasse latisha latoya laura laurel lauren laurence laurent laurie
    lavanya lawrence layla lea leah leandro lee leigh leila leland lena lenny leo leon leona leonard leonardo
    leonie leonor leopold leroy leslie lester leticia levi lewis lia liam liana libby lidia liesel lila lilia
    lilian liliana lillian lilly lily lina lincoln linda lindsay lindsey linnea linus lionel lisa lisbeth
    liselotte livia liz liza lizzie lloyd logan lois lola lonnie lora loren lorena lorenz lorenzo loretta lori
    lorna lorraine lottie lou louis louisa louise lourdes luc luca lucas lucia luciana luciano lucie lucien
    lucille lucinda lucy ludwig luigi luis luisa luka lukas lukasz luke lupe luther luz lydia lyle lynda lynette
    lynn mabel mackenzie maddie madeleine madeline madelyn madhu madison magda magdalena maggie magnus mahesh
    mahmoud maia maisie maja malachi malcolm malik mallory malte mamie mandeep mandy manfred manish manoj manon
    manu manuel manuela mara marc marcel marcela marcella marcello marcelo marci marcia marcin marco marcos
    marcus marek margaret margarita margery margie margot marguerite mari maria mariah mariam mariana marianne
    maribel marie mariela marietta marilyn marina mario marion marisa marisol marissa marius marjorie mark
    marketa marko markus marla marlene marlon marsha marshall marta marten martha martin martina martine marty
    marvin mary maryam maryann mason massimo mateo mateusz mathew mathias mathieu mathilde matias matilda matt
    matteo matthew matthias matthieu mattie maud maura maureen maurice mauricio mauro max maxim maxime
    maximilian maxine maxwell maya mayank mayra meera megan meghan mehdi mehmet mei melanie melinda melissa
    melody melvin mercedes mercy meredith merle mia micah michael michaela michal micheal michel michele
    micheline michelle mick mickey miguel mihai mikael mike mikhail mikko mila milan mildred milena miles
    millicent millie milo milos milton mina mindy ming minh minnie mira miranda mireille miriam miroslav misty
    mitchell mohamed mohammad mohammed mohan mohit moira moises mollie molly mona monica monika monique monte
    montse morgan moritz morris moses muhammad mukesh muriel murray mustafa mya myra myriam myrna myron myrtle
    nabil nadeem nadia nadine nadja nancy nanette naomi narendra nasser natalia natalie natasha nate nathalie
    nathan nathaniel naveen navya neal ned neelam neeraj neha neil nelly nelson nestor neville ngoc nguyen niall
    nicholas nick nicky nico nicola nicolas nicole nicolette niels nigel nihal nika nikhil niki nikita nikki
    nikolai nikolaos nikolas nils nina nisha nishant nita nitin noah noel noelle noemi noor nora norbert noreen
    norma norman nuno odette olaf ole oleg olga olive oliver olivia olivier ollie omar opal ophelia orlando
    oscar osman oswald otis otto ouida owen pablo paige paloma pam pamela pankaj paola paolo parker pascal pat
    patel patience patrice patricia patricio patrick patrik patsy patti patty paul paula paulette paulina
    pauline paulo pavel pawan pawel pearl pedro peggy penelope penny percy perla perry petar pete peter petr
    petra peyton phil philip philipp philippa philippe phillip phoebe phuong phyllis pia pierre pierrette pieter
    pilar piotr piper pooja prabhu pradeep prakash pramod pranav prasad prashant pratik praveen preeti prem
    preston priscilla priya priyanka prudence puneet quentin quincy quinn quinton rachel rachelle radha rafael
    rafal raffaele raghav raghu rahim rahul raj rajan rajat rajeev rajesh rajiv rakesh ralf ralph ram rama raman
    ramesh ramiro ramon ramona randall randi randolph randy ranjit raoul raphael raquel rashid rashida raul ravi
    ray raymond rebecca rebekah reema reggie regina reginald reiko reinhard rekha rena renata renate rene renee
    reuben rex reyna rhea rhiannon rhoda rhonda ricardo riccardo rich richard richie rick rickey ricky rico
    riley rishi rita ritu rivka rob robbie robert roberta roberto robin robyn rocco rochelle rocio rod roderick
    rodney rodolfo rodrigo roger rohan rohit roland rolando rolf romain roman romeo romina ron ronald ronan
    ronda ronja ronnie roopa rory rosa rosalia rosalie rosalind rosalyn rosanna rosario rose rosemarie rosemary
    rosetta rosie roslyn ross rowan rowena roxana roxanne roy ruben ruby rudolf rudolph rudy rufus rupert russ
    russell rusty ruth ryan sabine sabrina sachin sadie saeed sagar sally salma salman salvador salvatore sam
    samantha samara sameer samir sammy samson samuel sana sandeep sander sandhya sandra sandy sanjay sanjeev
    santiago santos sara sarah sarita sascha sasha satish saul saurabh savannah scarlett scott sean sebastian
    sebastien selena selina selma serena serge sergei sergey sergio seth severin seymour shabana shaina shakira
    shana shane shanice shankar shannon sharon shaun shauna shawn shawna sheena sheila shelby sheldon shelley
    shelly sherri sherry sheryl shirley shiva shivani shreya shruti shubham shweta sian sibylle sidney siegfried
    sierra sigrid silas silke silvia silvio simon simona simone sinead siobhan sita skylar slawomir sofia soham
    solomon sonali sonia sonja sonya sophia sophie soren spencer sri srinivas stacey stacy stan stanislav
    stanley stefan stefania stefano steffen stella stephan stephanie stephen sterling steve steven stewart
    stuart subhash sudhir sue sujata sumit sunil sunita suresh surya susan susana susanna susanne susie suzanne
    sven svetlana swati sybil sydney syed sylvester sylvia sylvie tabitha takashi takeshi talia tamara tamika
    tammy tania tanja tanner tanvi tanya tara tariq taryn tasha tatiana tatyana taylor ted teddy terence teresa
    teri terrance terrell terrence terri terry tess tessa thaddeus thalia thandi thea theo theodora theodore
    theresa therese theresia thiago thierry thomas thorsten tia tiago tiana tiffany tilda tim timo timothy tina
    tobias toby tod todd tom tomas tomasz tommaso tommie tommy toni tony torben tracey traci tracie tracy travis
    trent trenton trevor tricia trina trinity trisha tristan troy trudy tuan tucker tyler tyrone tyson uday
    ulrich ulrike uma umberto umesh ursula usha uwe vaishali valentin valentina valeria valerie valery vanessa
    varun vasile vasily vaughn venkat vera vernon veronica veronika vicente vicki vickie vicky victor victoria
    vidya vijay vikas vikram viktor viktoria vilma vinay vince vincent vincenzo vineet vinod viola violet
    violeta virgil virginia vishal vito vittoria vivek vivian viviana vivienne vladimir volker wade waldemar
    walid wallace walter wanda warren waseem wayne wei wendell wendy werner wesley whitney wilbert wilbur
    wilfred wilfried wilhelm will willa willard william willie willow wilma wilson winifred winston wojciech
    wolfgang wyatt xander xavier ximena xiomara yahya yan yara yasin yasmin yasmine yasuko yesenia yogesh
    yolanda yong yoshi yoshiko yuki yuko yulia yuri yusuf yvette yvonne zachary zachery zack zainab zane zara
    zeynep zoe zoey zoltan zuzana
    """
)
"""Given names of many languages, lower case."""

AMBIGUOUS_NAMES: Final = _words(
    """
    ada alexandria ali alma amal amber angel april ariel art asha august augusta aurora austin autumn axel
    bailey bart basil bay bella bill bishop blaise blake blanche blaze bob brandy brock brook brooke bruno bud
    candy carmen carol carson carter chad chandra chanel charity charlotte chase chelsea chester chuck clark
    clay clement cliff clint clinton cody cole colt coral crystal curt daisy dakota dale dallas dan danish dante
    dawn dean deb destiny devon dexter dick dolores don dora drew duke duncan dusty earl eden elle ellis elvis
    eve faith fay faye finn fleur flora florence ford forrest frank franklin gail gale gene genesis georgia
    german ginger glen gordon grace grant guy hank harley harper hazel heath heather henry holly homer hope
    houston hunter ike india iris israel ivory ivy jack jackie jade jan jasmine jasper jay jean jerry jersey
    jesus jet jim joe joey jordan josh joy jun june jung junior kay kennedy kent kenya kerry kim kit kitty kris
    lacey lance lane laurel lee leo lewis lily lincoln logan lola lou louis lucky luz madison mandy marc march
    mare margarita marina mark marsh marshall mason mat max maxim may melody mercedes mercy merle mike miles
    mindy ming minnie misty molly monte morris murray nelson nick norm norma olive opal orlando otto paige pal
    paris parker pascal pat patience patty pearl peg penny perry pete piper polly port preston prudence quincy
    raj ram rama ray red reed rex rich rick rico rob robin rock rocky rod rose rosemary rowan ruby rusty ruth
    sally sam sandy santiago santos savannah scott sean sierra sky skylar sloan sonny spencer stan star stella
    sterling stone storm stuart sue summer sunny sydney tad tanner tara taylor ted tennessee terry tia tiffany
    tim tito tony tracy trent trinity troy tucker van vera vernon victor victoria viola violet virgil virginia
    wade warren wayne whitney will willow wilson winston yan yara yong
    """
)
"""Given names that are also everyday words, places or brands: a name by context or capitals alone, never by itself."""

WEAK_NAMES: Final = _words(
    """
    ada alexandria amber angel april art asha august augusta aurora austin autumn bailey bart basil bay bishop
    blake blaze brandy brock brook bruno bud candy carmen carson carter chad chanel charity charlotte chase
    chelsea chester clark clay clement cliff colt coral crystal curt dakota dale dallas danish dante dawn dean
    destiny devon dexter duke duncan dusty earl eden elvis eve faith fay fleur flora florence ford forrest
    franklin gale genesis georgia german ginger glen gordon grace grant guy harley harper hazel heath heather
    holly homer hope houston hunter ike india iris israel ivory ivy jade jasmine jasper jay jersey jet joy jun
    june junior kay kennedy kent kenya kit kitty lacey lance lane laurel lewis lily lincoln lola lucky luz
    madison mandy march mare margarita marina marsh marshall mason mat max maxim may melody mercedes mercy merle
    miles minnie misty monte murray nelson norm olive opal orlando pal paris parker patience pearl peg penny
    perry piper polly port preston prudence quincy ram rama red reed rex rich rock rocky rod rose rosemary rowan
    ruby rusty santiago santos savannah sierra sky skylar sloan sonny spencer star stella sterling stone storm
    summer sunny sydney tad tanner taylor tennessee trent trinity troy tucker van vera vernon victor victoria
    viola violet virgil virginia warren whitney will willow wilson winston yan
    """
)
"""Those of the ambiguous names that often stand with a capital and mean something else: a capital proves nothing."""

SURNAMES: Final = _words(
    """
    adams adeyemi agarwal aguilar ahmed alexander ali allen alvarez anderson andersson andrews armstrong arnold
    bailey baker banerjee barnes bauer bell bennett bernard bianchi bose bradley brooks brown bryant burns
    butler campbell carlson carroll carter castillo castro chan chang chatterjee chaudhary chavez chen cheng
    chopra chowdhury clark coleman collins colombo contreras cook cooper costa cox crawford cruz cunningham dang
    daniels das davies davis delgado desai diaz dixon dubois duncan dunn dupont edwards ellis esposito evans
    fernandes fernandez ferrari ferreira fischer fisher fletcher flores ford foster fox freeman garcia gardner
    garza gibson gomes gomez gonzales gonzalez gordon graham grant gray green greene griffin guerrero gupta
    gutierrez guzman hall hamilton hansen hansson harris harrison hart harvey hawkins hayes henderson hernandez
    herrera hicks hill hoffman hoffmann holmes howard huang hudson hughes hunt hunter hussain ivanov iyer
    jackson jacobs jain james janssen jenkins jensen jimenez johansson johnson johnston jones jordan joshi kang
    kapoor kaur kelley kelly kennedy khan kim king klein knight kobayashi koch kowalski kozlov krishnan kumar
    larsen lawrence lawson lee leroy levy lewis li lim lin liu long lopez lynch malhotra marshall martin
    martinez mason matthews mcdonald mehta mendez mendoza menon meyer miller mills mishra mitchell mohammed
    molina moore morales moreau moreno morgan morris mueller muller murphy murray myers nair nakamura nelson
    newman nguyen nichols nielsen novak nowak nunez okafor olson ortega ortiz owens palmer park parker patel
    patterson payne pereira perez perkins perry peters petersen peterson petrov pham phillips pierce popescu
    porter powell price ramirez ramos rao ray reddy reed reid reyes reynolds ribeiro rice richards richardson
    rivera roberts robertson robinson rodrigues rodriguez rogers romano romero rose ross rossi ruiz russell
    russo ryan salazar sanchez sanders sandoval santiago santos sato schmidt schmitt schneider schroeder schulz
    schwartz schwarz scott shah sharma shaw silva simmons simpson singh sinha sokolov soto spencer stephens
    stevens stewart stone sullivan suzuki svensson takahashi tan tanaka taylor thomas thompson torres tran
    tucker turner vargas vasquez vega verma volkov wagner walker wallace walsh wang ward warren washington
    watson weaver webb weber wells west wheeler white williams williamson willis wilson wong wood woods wright
    wu yadav yamamoto yang yilmaz young zhang zhao zimmermann
    """
)
"""Family names of many languages, lower case: believed after a given name or where a name was asked for."""

NEVER_NAMES: Final = _words(
    """
    a about account actually afternoon again agent ahead ain't all alot alright alrighty also am amazing an and
    android another any anyone anything anytime api apologies app apple appreciate apr are argh around as asap
    assistant associate at atm aug aw awesome aww aye bah bank bbq be because been boo boss bot both bro brother
    btw bud buddy but by bye byee cable call calling can cancel cc ceo chat check checkout cheers chkn client
    concierge confirmed cool correct could crap customer cvv cya dad damn dang darling day dear dec december
    definitely did dispatch do dob doctor does done dr dude duh dunno dvd east eh either em email english er eta
    etc eu evening ever everybody everyone everything exactly excellent excuse fab fantastic faq feb february
    few fine first folks for fri friday friend friends from fwiw fyi geesh gentleman gentlemen getting gimme gm
    gn go goahead god going gonna good goodby goodbye goodmorning goodnight gosh got gotcha gotta gps gracias
    grand great greetings gud guest guys ha had haha hai haii hallo hang has have having hay he hello helo heloo
    help her here hers hey heya heyy heyyy hi higud hii hiii him his hiya hmm hmmk hola hold honestly hooray
    hotel how howdy however huh hun hurray i id if im imo in inbox instead into ios iphone is issue it its ive
    ja january jeez jul july just k kindly kk know la ladies lady last later left lemme let lets like lmao log
    login logout lol looking looks lord lordy love ma maam madam man manager many march maybe me member merci
    mid mine miss mister mom mon monday morning most mother mr mrg mrng mrs ms much mum must my na nah name
    names near need never nevermind new next nice night no nobody none noon nope nopee nopes nor north not noted
    nothin nothing nov november now np nurse nuthin nvm nyc oct october of ofcourse off offline oh ohk ok okay
    okey okie okk okok omg on once one online only oops operator or order other otp our ours out over overall
    pal password pdf perfect perhaps person phew pin please pleasure pls plz police possibly pretty probably
    problem proceed prof professor question quick quickly quite re really received regarding regards reservation
    reservations right rsvp sales sat saturday second see sep sept september seriously service shall she sheesh
    shoot should shucks signup similar since sir smh sms so some somebody someone something son soon soory sorry
    sounds south specifically sry ssn st staff still stupid such sun sunday superb support sure surely system
    tbh team tech technically technician terms than thank thanks thanku thankyou thanx that the their them then
    there these they thing things this thnks those though thru thu thur thurs thursday thx till tks tnx to today
    together tomorrow tonight too true tue tues tuesday tv tx ty uber ugh uh uhh uk um umm unfortunately until
    up update urgh url us usa usb usd user username using usually very via vip voicemail wait waiting wanna want
    was way we website wed wednesday week welcome well were west what whatever when where which while who whoa
    whom whoop whoops whose why wi-fi wifi wish with within without woah wonderful wondering work working would
    wow wowza wrong wtf wth ya yah yay yea yeah year years yeh yep yes yesterday yet yikes yippee yo you your
    yours yourself yuck yup adios aloha arigato bitte bonjour buenas buenos ciao congrats congratulation
    congratulations congrates congratz danke dias grazie merhaba namaste obrigada obrigado salaam salut shukran spasibo
    tack takk
    """
)
"""Words of greeting, courtesy, time and grammar that no phrase turns into a name (will, hope, grant may be one)."""

PARTICLES: Final = _words("bin da dal de del della den der di do dos du el la le lo ten ter van von zu")
"""Words inside a family name."""

PLACE_WORDS: Final = _words(
    """
    airlines airport airways apartment apartments app arena ave avenue bank bar bay beach bistro block blvd
    boulevard bridge building cafe campus card casino castle center centre church cinema city clinic club coffee
    college company corner corp council county court credit diner dr drive express financial food garden gardens
    gmbh grill group gym hall harbor harbour heights highway hill hills holdings home hospital hostel hotel
    hotels house inc inn insurance international island junction kitchen lake lane library limited llc lodge
    lounge ltd mall mansion market mart medical motel motors mountain mountains museum office park parkway
    pharmacy pizza pizzeria place plaza pub radio rd resort restaurant ridge river road school services shop
    side square st stadium state station store street suite suites supermarket systems tavern taxi technologies
    telecom terminal theater theatre tower towers town trail travel union university valley venue village ward
    way westside wing
    """
)
"""Words that make the capitalised words before them a place, a company or a product."""

STREET_WORDS: Final = _words(
    """
    ave avenue blvd boulevard drive highway lane ln parkway rd road square st street
    """
)
"""Words that make the words before them a street, whatever their case."""

PLACE_PREFIXES: Final = _words(
    """
    east el fort ft great lake las los lower mount mt new north port saint san santa south st upper west
    """
)
"""Words that make the word after them a place."""

PLACE_PREPOSITIONS: Final = _words(
    """
    along around at from in into near on onto past through to toward towards via
    """
)
"""Words before a place rather than before a person."""

BRANDS: Final = _words(
    """
    adidas adobe airbnb alexa allstate amazon amtrak android aol apple asus audi bing bluetooth bmw boeing bose
    cadillac chase chevrolet chevy chrome chrysler cisco citi citibank comcast cortana costco dell delta disney
    dodge doordash dropbox duolingo ebay etsy expedia facebook fedex ferrari fiat firefox fitbit ford geico
    gmail google grubhub hilton honda hotmail hulu hyatt hyundai ibm icloud ikea instagram intel jeep kayak kia
    kindle kodak lenovo lexmark lexus lg linkedin linux lufthansa lyft macbook mariott marriott mastercard mazda
    mcdonald mcdonalds mercedes messenger meta microsoft mitsubishi motorola mozilla msn netflix netgear nike
    nikon nintendo nissan nokia norton nvidia office opera oracle orbitz outlook panasonic paypal pepsi peugeot
    philips photoshop pixel playstation porsche prius quicken reddit renault revolut roku ryanair safari samsung
    sheraton siemens siri skype slack snapchat sony spotify sprint starbucks stripe subaru subway suzuki target
    telegram tesla tiktok toshiba toyota twitch twitter uber ubuntu unix ups usps venmo verizon visa vodafone
    volkswagen volvo walmart whatsapp windows xbox xfinity yahoo yelp youtube zelle zillow zoom
    """
)
"""Companies and products that the model takes for people."""

ACRONYMS: Final = _words("csc cvc cvv dob ein iban id ids mfa otp pin pins pnr ssn vin zip")
"""What agents ask for in capitals, which the model takes for companies: the question must stay readable."""

PERSON_DOES: Final = _words(
    """
    also always and asked booked called came can can't cannot could did didn't doesn't gave gets goes got had has hasn't
    hates here invited is isn't just knows likes loves mentioned needed needs never never now paid prefers ran really
    recommended said sang says sent should spoke still stopped suggested talked thinks thought told took used wanted
    wants was wasn't went who will won't works would wrote
    """
)
"""Words that follow somebody's name at the start of a sentence."""

PERSON_PREPOSITIONS: Final = _words("about because but for that unfortunately when with")
"""Words before a person rather than before a place."""

PEOPLE_ALONE_DO: Final = _words(
    """
    forgot hates invited knows likes loves mentioned prefers sang says spoke suggested talked thinks thought told wanted
    wants
    """
)
"""Words that follow somebody's name, hardly a company's."""

AUXILIARIES: Final = _words("will may can")
"""Given names that begin a question rather than a name."""

ANSWER_OPENERS: Final = _words(
    """
    ah am course hello hey hi hm hmm i i'm im is it it's its my name name's of oh ok okay sorry sure thanks that's the
    this uh um well yea yeah yep yes
    """
)
"""Words with which an answer may begin before the one or two words that were asked for."""
